import type { Mask } from './mask.ts';

/** Fields whose value is one of a kind: it is met again elsewhere. */
const kinds: Record<string, string> = {
  execution_id: 'execution',
  image_id: 'image-id',
  request_id: 'request',
  created_by_request_id: 'request',
  modified_by_request_id: 'request',
  claim_token: 'claim-token',
  api_key: 'api-key',
  next: 'cursor',
  cursor: 'cursor',
  task_definition_name: 'template',
};

/** Fields whose value says nothing that has to be the same. */
const constants: Record<string, string> = {
  version: '<version>',
  provider: '<provider>',
  cloud: '<provider>',
  websocket_url: '<stream-url>',
  timestamp: '<time>',
  elapsed_ms: '<milliseconds>',
  duration_seconds: '<seconds>',
  runtime_platform: '<platform>',
  image_registry: '<registry>',
  image_name: '<image-name>',
  image_tag: '<image-tag>',
};

/** Fields that hold a provider's own words, that a provider may lack, or that come a moment later. */
const leftOut = new Set(['reason_detail', 'phase_detail', 'region', 'notes', 'last_used']);

/** A value of JSON as it is in a transcript. */
export function maskJson(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask.text(value);
  if (Array.isArray(value)) return value.map((item) => maskJson(item, mask));
  if (typeof value !== 'object' || value === null) return value;
  learnIds(value as Record<string, unknown>, mask);
  const entries = Object.entries(value).filter(([name]) => !leftOut.has(name));
  return Object.fromEntries(entries.map(([name, item]) => [mask.text(name), maskField(name, item, mask)]));
}

function maskField(name: string, value: unknown, mask: Mask): unknown {
  const kind = kinds[name];
  if (typeof value === 'string' && value !== '') {
    if (kind !== undefined) return mask.learn(kind, value);
    if (name.endsWith('_at')) return '<time>';
  }
  if (constants[name] !== undefined && (typeof value === 'string' || typeof value === 'number')) return constants[name];
  return maskJson(value, mask);
}

/** Ids that are in a sentence before they are met as a field. */
function learnIds({ request_id, details }: Record<string, unknown>, mask: Mask): void {
  if (typeof request_id === 'string') mask.learn('request', request_id);
  const [, executionId] = /\(execution ([0-9a-f]{32})\)/.exec(String(details)) ?? [];
  if (executionId !== undefined) mask.learn('execution', executionId);
}
