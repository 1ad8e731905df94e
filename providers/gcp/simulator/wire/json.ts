import { type protobuf, serializer } from 'google-gax';
import { invalidArgument } from '../cloud/cloud-error.ts';
import { decode, encode } from './protos.ts';

type Json = Parameters<typeof serializer.fromProto3JSON>[1];

/** A message from proto3's JSON, as handlers see it. */
export function fromJson(type: protobuf.Type, value: object): object {
  try {
    const message = serializer.fromProto3JSON(type, value as Json);
    return message ? withSnakeMask(decode(type, type.encode(message).finish())) : {};
  } catch (error) {
    throw invalidArgument(`Invalid JSON payload received. ${(error as Error).message}`);
  }
}

/** An answer in proto3's JSON. */
export function toJson(type: protobuf.Type, value: object): object {
  const message = type.decode(encode(type, value));
  return serializer.toProto3JSON(message) as object;
}

/** REST takes the paths of a mask in either case; handlers know them as the protos have them. */
function withSnakeMask(request: { updateMask?: { paths: string[] } | null }): object {
  const paths = request.updateMask?.paths.map((path) => path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  return paths ? { ...request, updateMask: { paths } } : request;
}
