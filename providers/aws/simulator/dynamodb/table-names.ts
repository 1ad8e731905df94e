type Json = Record<string, unknown>;

/** Members that hold an object or a list by table. */
const byTable = ['RequestItems', 'UnprocessedItems', 'UnprocessedKeys', 'Responses', 'ItemCollectionMetrics'];

/** The tables that a request names. */
export function tablesOf(input: Json): string[] {
  const names: string[] = [];
  renameTables(input, (name) => {
    names.push(name);
    return name;
  });
  return [...new Set(names)];
}

/** A copy of a request or an answer with other names of its tables. Items are left alone, whatever they hold. */
export function renameTables(value: Json, rename: (name: string) => string): Json {
  const copy: Json = { ...value };
  if (typeof copy.TableName === 'string') copy.TableName = rename(copy.TableName);
  for (const member of byTable) {
    const content = copy[member];
    if (typeof content !== 'object' || content === null || Array.isArray(content)) continue;
    copy[member] = Object.fromEntries(Object.entries(content).map(([name, items]) => [rename(name), items]));
  }
  for (const member of ['TableDescription', 'Table', 'ConsumedCapacity', 'TransactItems']) {
    const content = copy[member];
    if (Array.isArray(content)) copy[member] = content.map((each) => renameEach(each as Json, rename));
    else if (typeof content === 'object' && content !== null) copy[member] = renameTables(content as Json, rename);
  }
  if (Array.isArray(copy.TableNames)) copy.TableNames = copy.TableNames.map(rename);
  return copy;
}

/** An element is a description itself, or, in a transaction, an object with one. */
function renameEach(element: Json, rename: (name: string) => string): Json {
  if (typeof element.TableName === 'string') return renameTables(element, rename);
  return Object.fromEntries(
    Object.entries(element).map(([name, inner]) => [name, renameTables(inner as Json, rename)]),
  );
}
