import type { Answer } from './answer.ts';
import { jsonAnswer } from './answer.ts';
import { AwsError } from './aws-error.ts';
import { decodeStructure, encodeStructure } from './json-codec.ts';
import type { Call, Operation, Service } from './service.ts';

const contentType = 'application/x-amz-json-1.1';

/** Runs one operation of a JSON 1.1 service: decode, permission, answer. */
export async function runJson(service: Service, operation: Operation, body: Buffer, call: Call): Promise<Answer> {
  const { schema } = operation;
  const input = decodeStructure(schema.input, parse(body), (member) =>
    service.missingMember(member, schema.name),
  ) as never;
  call.authorize(`${service.name}:${schema.name}`, ...operation.resources(input, call));
  const output = await operation.run(input, call);
  return jsonAnswer(200, contentType, encodeStructure(schema.output, output));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request is no JSON.');
  }
}

export const jsonError = ({ type, message, status, members }: AwsError): Answer =>
  jsonAnswer(
    status,
    contentType,
    { __type: type, message, Message: message, ...members },
    { 'x-amzn-errortype': type },
  );
