import type { protobuf } from 'google-gax';
import { protosOf } from './protos.ts';
import type { AnyMethod, JsonService, Service } from './service.ts';

/** How one method is called by HTTP. */
export interface HttpRule {
  /** In full. */
  name: string;
  method: AnyMethod;
  /** Absent where there are no protos: JSON is then taken and given as it is. */
  types?: { request: protobuf.Type; response: protobuf.Type };
  verb: string;
  /** Matches the path; its groups are the values of `fields`. */
  pattern: RegExp;
  /** Paths of fields of the request: `secret.name`. */
  fields: readonly string[];
  /** The field that is the body, `*` for the whole request, `undefined` for none. */
  body: string | undefined;
}

interface HttpOption {
  get?: string;
  post?: string;
  put?: string;
  patch?: string;
  delete?: string;
  body?: string;
  additional_bindings?: HttpOption | HttpOption[];
}

/** From the `google.api.http` options of the protos. */
export function httpRulesOf(service: Service): HttpRule[] {
  const methods = protosOf(service.package).lookupService(service.name).methods;
  return Object.entries(service.methods).flatMap(([short, method]) => {
    const found = methods[short]!;
    const common = {
      name: `${service.name}.${short}`,
      method,
      types: { request: found.resolvedRequestType!, response: found.resolvedResponseType! },
    };
    const options = (found.parsedOptions ?? []) as unknown as Record<string, HttpOption>[];
    const option = options.find((each) => each['(google.api.http)'])?.['(google.api.http)'];
    const bindings = option ? [option, ...[option.additional_bindings ?? []].flat()] : [];
    const [alsoVerb, alsoTemplate] = service.alsoByHttp?.[short]?.split(' ') ?? [];
    if (alsoVerb) bindings.push({ [alsoVerb.toLowerCase()]: alsoTemplate });
    return bindings.map((each) => {
      const [verb, template] = Object.entries(each).find(([key]) => key !== 'body' && key !== 'additional_bindings')!;
      return { ...common, verb: verb.toUpperCase(), ...compile(template as string), body: each.body };
    });
  });
}

/** From what they say themselves: `GET /v1/{name=projects/*}`. */
export function jsonRulesOf(service: JsonService): HttpRule[] {
  return Object.entries(service.methods).map(([short, method]) => {
    const [verb, template] = method.http.split(' ');
    return {
      name: `${service.name}.${short}`,
      method,
      verb: verb!,
      ...compile(template!),
      body: verb === 'POST' ? '*' : undefined,
    };
  });
}

/** A star stands for one segment, two for any number; names in braces are fields. */
function compile(template: string): { pattern: RegExp; fields: string[] } {
  const fields: string[] = [];
  const source = template.replace(
    /\{([^=}]+)(?:=([^}]+))?\}|[.*+?^$()|[\]\\]/g,
    (all, field: string | undefined, path = '*') => {
      if (field === undefined) return `\\${all}`;
      fields.push(field);
      return `(${(path as string).replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.+' : '[^/:]+'))})`;
    },
  );
  return { pattern: new RegExp(`^${source}$`), fields };
}
