import type { DriftmarkError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import { annotationsOf, errorAnnotation, type Annotation, type AnnotationOptions } from './annotations.js';
import { workflowCommand } from './formatting/workflow-command.js';
import { count } from './summary/words.js';

/** GitHub shows no more annotations of one step. */
const MAX_ANNOTATIONS = 10;
/** Annotations for GitHub Actions, as workflow commands. */
export const renderAnnotations = (outcomes: readonly Outcome[], options: AnnotationOptions): string =>
  limited(annotationsOf(outcomes, options), MAX_ANNOTATIONS).map(print).join('');

/** The annotation for an error that stopped driftmark before it checked any target. */
export const renderErrorAnnotation = (error: DriftmarkError, options: AnnotationOptions) =>
  print(errorAnnotation('driftmark', error, options));

const print = ({ message, title, severity: _severity, ...place }: Annotation) =>
  workflowCommand('error', { ...place, title }, message);

/** At most `max` annotations, the first of each target before the second of any. The last one counts those left out. */
function limited(byTarget: readonly (readonly Annotation[])[], max: number): readonly Annotation[] {
  const all = byTarget.flat();
  if (all.length <= max) return all;
  const ranks = byTarget.flatMap((annotations) => annotations.map((_, rank) => rank));
  const chosen = new Set(
    all
      .map((_, at) => at)
      .sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b)
      .slice(0, max - 1),
  );
  return [
    ...all.filter((_, at) => chosen.has(at)),
    {
      title: 'driftmark',
      severity: 'other',
      message: `${count(all.length - chosen.size, 'more finding')}: see the summary and the log of the job.`,
    },
  ];
}
