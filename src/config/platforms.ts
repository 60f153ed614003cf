/** Hosted platforms that driftmark can imitate on a scratch database. `src/replay/platforms` has what each provides. */
export const PLATFORM_NAMES = ['supabase', 'none'] as const;
export type PlatformName = (typeof PLATFORM_NAMES)[number];
