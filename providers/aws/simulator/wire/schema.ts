/**
 * The SDK's generated schemas are arrays: `[kind, namespace, name, traits, ...]`, where a member is a schema, a function that
 * answers with one, a number for a scalar, or a pair of any of them with traits. Shape as in `StaticSchema` of @smithy/types.
 */
export type Schema = number | readonly unknown[] | (() => Schema);

export interface Structure {
  name: string;
  members: ReadonlyMap<string, Schema>;
  required: readonly string[];
}

export interface OperationSchema {
  name: string;
  input: Structure;
  output: Structure;
}

export type Shape =
  | { kind: 'structure'; structure: Structure }
  | { kind: 'list'; of: Schema }
  | { kind: 'map'; of: Schema }
  | { kind: 'string' | 'number' | 'boolean' | 'blob' | 'timestamp' | 'document' };

const listModifier = 64;
const mapModifier = 128;
const scalars: Readonly<Record<number, 'string' | 'number' | 'boolean' | 'blob' | 'timestamp' | 'document'>> = {
  0: 'string',
  1: 'number',
  2: 'boolean',
  4: 'timestamp',
  5: 'timestamp',
  6: 'timestamp',
  7: 'timestamp',
  15: 'document',
  17: 'number',
  19: 'number',
  21: 'blob',
  42: 'blob',
};

const structures = new WeakMap<readonly unknown[], Structure>();

/** What a schema describes, members' traits left out: none of them matters to JSON 1.1. */
export function shapeOf(schema: Schema): Shape {
  if (typeof schema === 'function') return shapeOf(schema());
  if (typeof schema === 'number') return scalarShape(schema);
  const [kind] = schema;
  if (typeof kind !== 'number' || typeof schema[1] !== 'string') return shapeOf(kind as Schema);
  switch (kind) {
    case 0:
      return scalarShape(schema[4] as number);
    case 1:
      return { kind: 'list', of: schema[4] as Schema };
    case 2:
      return { kind: 'map', of: schema[5] as Schema };
    case 3:
    case -3:
    case 4:
      return { kind: 'structure', structure: structureOf(schema) };
    default:
      throw new Error(`a schema of kind ${kind} (${schema[2]}) is not understood`);
  }
}

function scalarShape(code: number): Shape {
  if (code >= mapModifier) return { kind: 'map', of: code - mapModifier };
  if (code >= listModifier) return { kind: 'list', of: code - listModifier };
  const kind = scalars[code];
  if (kind === undefined) throw new Error(`a scalar of code ${code} is not understood`);
  return { kind };
}

function structureOf(schema: readonly unknown[]): Structure {
  const known = structures.get(schema);
  if (known) return known;
  const [, , name, , names = [], members = [], required = 0] = schema as [
    number,
    string,
    string,
    unknown,
    string[]?,
    Schema[]?,
    number?,
  ];
  const structure = {
    name,
    members: new Map(names.map((member, at) => [member, members[at]!])),
    required: names.slice(0, required),
  };
  structures.set(schema, structure);
  return structure;
}

/** Reads a generated operation, e.g. `RunTask$` of @aws-sdk/client-ecs. */
export function operationOf(schema: unknown): OperationSchema {
  const [kind, , name, , input, output] = schema as [number, string, string, unknown, Schema, Schema];
  if (kind !== 9) throw new Error('this is not the schema of an operation');
  return { name, input: structureBehind(input), output: structureBehind(output) };
}

const nothing: Structure = { name: 'Unit', members: new Map(), required: [] };

function structureBehind(schema: Schema | 'unit' | (() => unknown)): Structure {
  const resolved = typeof schema === 'function' ? schema() : schema;
  if (resolved === 'unit') return nothing;
  const shape = shapeOf(resolved as Schema);
  if (shape.kind !== 'structure') throw new Error('an operation takes and gives structures');
  return shape.structure;
}
