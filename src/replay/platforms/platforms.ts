import type { PlatformName } from '../../config/platforms.js';
import type { PlatformExtensions } from '../../migrations/migrations.js';
import type { Target } from '../../project/targets.js';
import type { Kind, ObjectByKind } from '../../schema/kinds.js';
import { mapKinds, type Schema } from '../../schema/model.js';
import type { Platform } from './platform.js';
import { SUPABASE } from './supabase.js';

const PLATFORMS: Readonly<Record<PlatformName, Platform | undefined>> = {
  supabase: SUPABASE,
  none: undefined,
};

/** What the migrations do without, with a notice for each. */
export const missingExtensions = (
  { extensions, standIns }: Platform,
  notice: (text: string) => void,
): PlatformExtensions => ({
  names: extensions,
  standIns,
  onMissing: (name) => {
    const remark = name in standIns ? 'functions that do nothing replace it' : 'it was not created';
    notice(`The scratch server does not have the extension ${name} of the platform; ${remark}.`);
  },
});

type Platformed = Pick<Target, 'settings' | 'detected'>;

/** The name of the platform of a target: the setting `platform`, or the platform of its migration tool. */
export const platformNameOf = ({ settings, detected }: Platformed): PlatformName =>
  settings.platform ?? (detected?.layout.name === 'supabase' ? 'supabase' : 'none');

export const platformOf = (target: Platformed): Platform | undefined => PLATFORMS[platformNameOf(target)];

/** Leaves out what the platform itself provides. */
export function withoutPlatform(schema: Schema, { isOwn }: Platform): Schema {
  const objects = mapKinds(<K extends Kind>(kind: K) => {
    const list: readonly ObjectByKind[K][] = schema.objects[kind];
    const isPlatforms = isOwn[kind];
    return isPlatforms ? list.filter((object) => !isPlatforms(object)) : list;
  });
  return { ...schema, objects };
}
