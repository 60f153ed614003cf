import { z } from 'zod';
import { withoutPasswords, type ErrorDetail } from '../errors.js';
import { closest, didYouMean } from '../util/did-you-mean.js';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Every mistake that zod found in a value, with its path, the value, what was expected and the nearest right word.
 * The issues must come from a parse with `reportInput`.
 */
export function mistakesOf(schema: z.ZodType, issues: readonly Issue[]): ErrorDetail[] {
  return issues.flatMap((issue) => explain(schema, issue, issue.path));
}

function explain(schema: z.ZodType, issue: Issue, path: Path): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownSetting(schema, path, key));
  if (issue.code === 'invalid_union') {
    const branch = issue.errors.find(([first]) => first !== undefined && fits(first));
    if (branch) return branch.flatMap((inner) => explain(schema, inner, [...path, ...inner.path]));
    const expected = issue.errors.flatMap(([first]) => (first ? [expectation(first)] : []));
    return [mistake(path, issue.input, [...new Set(expected)].join(' or '))];
  }
  const known = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const nearest = typeof issue.input === 'string' ? closest(issue.input, known) : undefined;
  const suggestion = nearest === undefined ? '' : `did you mean ${nearest}?`;
  return [mistake(path, issue.input, expectation(issue), suggestion)];
}

/** Whether a branch of a union is the one that was meant: its mistake is within the value, not the value's type. */
function fits(issue: Issue): boolean {
  if (issue.path.length > 0) return true;
  return issue.code === 'invalid_value' ? typeof issue.input === 'string' : issue.code !== 'invalid_type';
}

function mistake(path: Path, value: unknown, expected: string, suggestion = ''): ErrorDetail {
  return { label: display(path), text: mistakeText(value, expected, suggestion) };
}

function mistakeText(value: unknown, expected: string, suggestion: string): string {
  if (value === undefined) return `is missing: it must be ${expected}`;
  if (typeof value === 'string' && /^\d+$/.test(value) && expected === TYPES.number)
    return `must be a number: write ${value} without quotes`;
  if (typeof value === 'string' && expected === TYPES.array)
    return `must be an array: write [${shown(value)}]`;
  return `must be ${expected} (got ${shown(value)}${suggestion === '' ? '' : `, ${suggestion}`})`;
}

function unknownSetting(schema: z.ZodType, path: Path, key: string): ErrorDetail {
  const elsewhere = path.length > 0 && settingsAt(schema, []).includes(key);
  return {
    label: display([...path, key]),
    text: elsewhere
      ? 'is only allowed at the top level'
      : `unknown setting${didYouMean(key, settingsAt(schema, path))}`,
  };
}

/** The settings of the object that stands at a path. */
function settingsAt(schema: z.ZodType, path: Path): string[] {
  if (schema instanceof z.ZodOptional) return settingsAt(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => settingsAt(option as z.ZodType, path));
  const [step, ...rest] = path;
  if (schema instanceof z.ZodArray) return settingsAt(schema.element as z.ZodType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  if (step === undefined) return Object.keys(shape);
  const inner = shape[String(step)];
  return inner ? settingsAt(inner, rest) : [];
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  number: 'a number',
  int: 'a whole number',
};

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small')
    return issue.origin === 'string'
      ? 'a non-empty string'
      : issue.origin === 'array'
        ? issue.message
        : `${String(issue.minimum)} or more`;
  if (issue.code === 'invalid_format' && issue.format === 'date') return 'a date such as 2030-12-31';
  return issue.message;
}

const LONGEST = 60;

function shown(value: unknown): string {
  const text = typeof value === 'function' ? 'a function' : withoutPasswords(JSON.stringify(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** `targets[1].migrations`. */
function display(path: Path): string {
  const steps = path.map((step, at) =>
    typeof step === 'number' ? `[${step}]` : `${at === 0 ? '' : '.'}${String(step)}`,
  );
  return steps.join('') || 'the config';
}
