const NAME_BYTES = 63;

const clip = (text: string, bytes: number): string => {
  let clipped = text;
  while (Buffer.byteLength(clipped) > bytes) clipped = [...clipped].slice(0, -1).join('');
  return clipped;
};

/**
 * The name that PostgreSQL makes for an object that belongs to another one: `table_column_label`, the longer of
 * the first two names clipped until all fits into a name. (Its `makeObjectName`.)
 */
export function generatedName(first: string, second: string, label: string): string {
  const overhead = Buffer.byteLength(label) + 1 + (second === '' ? 0 : 1);
  let [firstBytes, secondBytes] = [Buffer.byteLength(first), Buffer.byteLength(second)];
  while (firstBytes + secondBytes > NAME_BYTES - overhead) {
    if (firstBytes > secondBytes) firstBytes--;
    else secondBytes--;
  }
  return [clip(first, firstBytes), ...(second === '' ? [] : [clip(second, secondBytes)]), label].join('_');
}
