import { parse } from 'libpg-query';

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const strings = (list: unknown): readonly string[] =>
  Array.isArray(list)
    ? list.map((item: { readonly String?: { readonly sval?: string } }) => item.String?.sval ?? '*')
    : [];

type Tagged = readonly [tag: string, node: Node];

/** Every node of a parsed statement under its tag, such as `FuncCall`. */
function nodesOf(value: unknown, found: Tagged[] = []): readonly Tagged[] {
  if (Array.isArray(value)) for (const item of value) nodesOf(item, found);
  else if (isNode(value))
    for (const [tag, child] of Object.entries(value)) {
      if (isNode(child) && !Array.isArray(child)) found.push([tag, child]);
      nodesOf(child, found);
    }
  return found;
}

/** What is found in a parsed statement that the server could resolve to something of the database. */
function unqualified(statement: unknown, isOwnPath: boolean): readonly string[] {
  const found: string[] = [];
  const own = new Set<string>();
  const nodes = nodesOf(statement);
  for (const [tag, node] of nodes)
    if (tag === 'CommonTableExpr' && typeof node.ctename === 'string') own.add(node.ctename);
  const check = (what: string, name: readonly string[]) => {
    if (name.length > 0 && name[0] !== 'pg_catalog') found.push(`${what} ${name.join('.')}`);
  };
  for (const [tag, node] of nodes) {
    if (tag === 'FuncCall') check('function', strings(node.funcname));
    if (tag === 'typeName' || tag === 'TypeName') check('type', strings(node.names));
    if (tag === 'CollateClause' || tag === 'collClause') check('collation', strings(node.collname));
    if (tag === 'RangeVar' && !own.has(String(node.relname)) && node.schemaname === undefined)
      found.push(`relation ${String(node.relname)}`);
    if (isOwnPath) continue;
    if (tag === 'A_Expr' && !BUILT_IN.has(String(node.kind))) check('operator', strings(node.name));
    if (tag === 'SubLink') check('operator', strings(node.operName));
    if (tag === 'A_Expr' && IMPLIED.has(String(node.kind))) found.push(`operator in ${String(node.kind)}`);
  }
  return found;
}

/** Expressions whose operator the grammar fills in. */
const IMPLIED = new Set([
  'AEXPR_DISTINCT',
  'AEXPR_NOT_DISTINCT',
  'AEXPR_NULLIF',
  'AEXPR_IN',
  'AEXPR_LIKE',
  'AEXPR_ILIKE',
  'AEXPR_BETWEEN',
  'AEXPR_NOT_BETWEEN',
]);
const BUILT_IN = IMPLIED;

const OWN_PATH = /^SET LOCAL search_path = pg_catalog, pg_temp$/;
const SESSION_PATH = /^SET search_path = pg_catalog, pg_temp$/;
const SETS_PATH = /\bset_config\('search_path'/;
const READS = /^\s*(SELECT|WITH|PREPARE)\b/;

/**
 * Checks what a connection sent, in its order: every function, type, relation and collation is qualified, and so is every operator
 * of a query that is not resolved under the search path `pg_catalog, pg_temp`.
 * @returns the faults: an empty list if every name is qualified.
 */
export async function lintSession(texts: readonly string[]): Promise<readonly string[]> {
  const faults: string[] = [];
  let isOwnPath = false;
  let isOwnSession = false;
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const { stmts = [] } = (await parse(text)) as {
      readonly stmts?: readonly { stmt: unknown; stmt_location?: number; stmt_len?: number }[];
    };
    for (const { stmt, stmt_location: start = 0, stmt_len: length } of stmts) {
      const sql = bytes
        .subarray(start, length === undefined ? undefined : start + length)
        .toString()
        .trim();
      if (SESSION_PATH.test(sql)) isOwnSession = isOwnPath = true;
      else if (OWN_PATH.test(sql)) isOwnPath = true;
      else if (/^(ROLLBACK|COMMIT|BEGIN)\b(?! TO)/.test(sql)) isOwnPath = isOwnSession;
      else if (sql.startsWith('ROLLBACK TO')) isOwnPath = true;
      if (!READS.test(sql)) continue;
      faults.push(...unqualified(stmt, isOwnPath).map((fault) => `${fault} in ${sql.slice(0, 200)}`));
      if (SETS_PATH.test(sql)) isOwnPath = false;
    }
  }
  return [...new Set(faults)];
}
