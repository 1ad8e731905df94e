/** `google.protobuf.Struct`, as Google's clients give it: https://protobuf.dev/reference/protobuf/google.protobuf/#struct */
interface Struct {
  fields?: Record<string, Value> | null;
}

interface Value {
  kind?: string;
  numberValue?: number | null;
  stringValue?: string | null;
  boolValue?: boolean | null;
  structValue?: Struct | null;
  listValue?: { values?: Value[] | null } | null;
}

/** What `JSON.parse` would have made of it. */
export function plainStruct({ fields }: Struct): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields ?? {}).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: Value): unknown {
  if (value.structValue) return plainStruct(value.structValue);
  if (value.listValue) return (value.listValue.values ?? []).map(plainValue);
  if (value.kind === 'nullValue') return null;
  return value.stringValue ?? value.numberValue ?? value.boolValue ?? null;
}
