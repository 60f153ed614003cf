import type { DefaultPrivileges } from '../../schema/kinds/default-privileges.js';
import { NONE, covered, privileges } from '../fragments.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type Reader } from '../reader.js';

interface Row {
  readonly role: string;
  readonly schema: string;
  readonly type: string;
  readonly acl: AclRow | null;
}

const ON: Readonly<Record<string, DefaultPrivileges['on']>> = {
  r: 'tables',
  S: 'sequences',
  f: 'functions',
  T: 'types',
  n: 'schemas',
  L: 'large objects',
};

/** For all schemas the list stands instead of PostgreSQL's own default; for one schema it adds to that. */
export const defaultPrivileges: Reader<DefaultPrivileges, Row> = {
  sql: (coverage) => `
    SELECT pg_catalog.pg_get_userbyid(d.defaclrole) AS role, coalesce(n.nspname, '') AS schema, d.defaclobjtype AS type,
      CASE d.defaclobjtype ${Object.keys(ON)
        .map((type) => {
          const letter = type === 'S' ? 's' : type;
          const none = 'NULL::pg_catalog.aclitem[]';
          const global = privileges('d.defaclacl', letter, 'd.defaclrole');
          return `WHEN '${type}' THEN CASE WHEN d.defaclnamespace = ${NONE} THEN ${global} ELSE ${privileges('d.defaclacl', letter, 'd.defaclrole', none, true)} END`;
        })
        .join(' ')} END AS acl
    FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
    WHERE d.defaclnamespace = ${NONE} OR ${covered(coverage, 'd.defaclnamespace')}`,
  map: ({ role, schema, type, acl }) => {
    const on = ON[type];
    const granted = privilegesOf(acl);
    return on === undefined || Object.keys(granted).length === 0
      ? undefined
      : omitDefaults<DefaultPrivileges>({ role, schema, on, ...granted });
  },
};
