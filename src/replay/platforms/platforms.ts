import type { PlatformName } from '../../config/platforms.js';
import type { Target } from '../../project/targets.js';
import type { Kind } from '../../schema/kinds.js';
import type { ObjectsByKind, Schema } from '../../schema/model.js';
import type { Platform } from './platform.js';
import { SUPABASE } from './supabase.js';

const PLATFORMS: Readonly<Record<PlatformName, Platform | undefined>> = {
  supabase: SUPABASE,
  none: undefined,
};

/** The platform of a target: the setting `platform`, or that of its migration tool. */
export function platformOf({
  settings,
  detected,
}: Pick<Target, 'settings' | 'detected'>): Platform | undefined {
  const name = settings.platform ?? (detected?.layout.name === 'supabase' ? 'supabase' : undefined);
  return name && PLATFORMS[name];
}

/** Leaves out what the platform itself provides. */
export function withoutPlatform(schema: Schema, { isOwn }: Platform): Schema {
  const kept = Object.entries(isOwn).map(([kind, test]) => {
    const list: readonly unknown[] = schema.objects[kind as Kind];
    const isPlatforms = test as (object: unknown) => boolean;
    return [kind, list.filter((object) => !isPlatforms(object))];
  });
  return {
    ...schema,
    objects: { ...schema.objects, ...(Object.fromEntries(kept) as Partial<ObjectsByKind>) },
  };
}
