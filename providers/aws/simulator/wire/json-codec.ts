import { AwsError } from './aws-error.ts';
import { type Schema, type Structure, shapeOf } from './schema.ts';

/**
 * JSON of AWS's json-1.0 and json-1.1 protocols: blobs are base64, timestamps are seconds since the epoch as numbers, a null is
 * an absent member. Unknown members of a request are ignored, as the services do; of an answer they are a mistake of ours.
 */
export function decodeStructure(
  structure: Structure,
  value: unknown,
  missing: (member: string) => AwsError,
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable(structure.name, 'an object');
  const given = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [name, schema] of structure.members) {
    const member = given[name];
    if (member === undefined || member === null) continue;
    result[name] = decode(schema, member, name, missing);
  }
  const absent = structure.required.find((name) => result[name] === undefined);
  if (absent !== undefined) throw missing(absent);
  return result;
}

function decode(schema: Schema, value: unknown, name: string, missing: (member: string) => AwsError): unknown {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'structure':
      return decodeStructure(shape.structure, value, missing);
    case 'list':
      if (!Array.isArray(value)) throw unreadable(name, 'a list');
      return value.map((element) => decode(shape.of, element, name, missing));
    case 'map': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(name, 'an object');
      const entries = Object.entries(value).map(([key, element]) => [key, decode(shape.of, element, name, missing)]);
      return Object.fromEntries(entries);
    }
    case 'document':
      return value;
    case 'timestamp':
      if (typeof value !== 'number') throw unreadable(name, 'a number');
      return new Date(value * 1000);
    case 'blob':
      if (typeof value !== 'string') throw unreadable(name, 'a string');
      return Buffer.from(value, 'base64');
    default:
      if (typeof value !== shape.kind) throw unreadable(name, `a ${shape.kind}`);
      return value;
  }
}

const unreadable = (name: string, wanted: string) =>
  new AwsError('SerializationException', `${name} must be ${wanted}`);

/** The JSON value of an answer. Throws on members that the shape does not have. */
export function encodeStructure(structure: Structure, value: object): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const schema = structure.members.get(name);
    if (schema === undefined) throw new Error(`${structure.name} has no member ${name}`);
    result[name] = encode(schema, member);
  }
  return result;
}

function encode(schema: Schema, value: unknown): unknown {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'structure':
      return encodeStructure(shape.structure, value as object);
    case 'list':
      return (value as unknown[]).map((element) => encode(shape.of, element));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([key, element]) => [key, encode(shape.of, element)]),
      );
    case 'timestamp':
      return (value as Date).getTime() / 1000;
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return value;
  }
}
