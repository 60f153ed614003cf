/**
 * A text without the passwords of the URLs in it. A password that is not encoded may hold any character: what is left
 * of the last `@` goes.
 */
export const withoutPasswords = (text: string): string =>
  text
    .replace(/(:\/\/[^\s:@/"]*):[^\s"]*@/g, '$1:***@')
    .replace(/([?&](?:ssl)?password=)[^\s&"]*/gi, '$1***');
