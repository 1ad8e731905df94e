import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CollectionTag, parseDocument, type ScalarTag, type Tags, YAMLMap, type YAMLSeq } from 'yaml';

export const templateFile = fileURLToPath(new URL('../../deploy/cloudformation.yaml', import.meta.url));
export const templateText = readFileSync(templateFile, 'utf8');

export interface Resource {
  Type: string;
  Condition?: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: properties of many types of resources; each test states what it expects
  Properties: any;
}

export interface Template {
  Parameters: Record<string, { Type: string; Default?: string | number; AllowedValues?: unknown[] }>;
  Conditions: Record<string, unknown>;
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

export const account = '123456789012';
export const region = 'eu-west-1';

/** The short forms of CloudFormation's functions, read as their long ones. */
const functions = [
  'Ref',
  'Sub',
  'GetAtt',
  'If',
  'Equals',
  'Not',
  'Join',
  'Split',
  'Select',
  'GetAZs',
  'Or',
  'And',
  'Condition',
];
const long = (name: string) => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);
const tags: Tags = functions.flatMap((name): (ScalarTag | CollectionTag)[] => [
  {
    tag: `!${name}`,
    resolve: (text) => ({ [long(name)]: name === 'GetAtt' ? text.split(/\.(.*)/s, 2) : text }),
  },
  {
    tag: `!${name}`,
    collection: 'seq',
    resolve(sequence) {
      const map = new YAMLMap();
      map.set(long(name), sequence as YAMLSeq);
      return map;
    },
  },
]);

let parsed: Template | undefined;

export function readTemplate(): Template {
  parsed ??= parse();
  return parsed;
}

function parse(): Template {
  const document = parseDocument(templateText, { customTags: tags });
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS() as Template;
}

/**
 * What CloudFormation makes of the template with these parameters: conditions decided, functions evaluated. An id that only AWS knows is
 * the logical id; an ARN is made of the name, or of that.
 */
export function evaluate(parameters: Record<string, string> = {}): Template['Resources'] {
  const template = readTemplate();
  const values: Record<string, unknown> = {
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::URLSuffix': 'amazonaws.com',
    ...Object.fromEntries(
      Object.entries(template.Parameters).map(([name, { Type, Default }]) => {
        const text = parameters[name] ?? String(Default ?? name);
        return [name, Type === 'CommaDelimitedList' ? text.split(',') : text];
      }),
    ),
  };
  const nothing = Symbol('AWS::NoValue');
  const conditions = new Map<string, boolean>();
  const holds = (name: string): boolean => {
    const known = conditions.get(name) ?? Boolean(of(template.Conditions[name]));
    conditions.set(name, known);
    return known;
  };
  const ref = (name: string): unknown =>
    name === 'AWS::NoValue' ? nothing : (values[name] ?? physicalName(template.Resources[name], name));
  const physicalName = (resource: Resource | undefined, id: string): unknown => {
    if (resource === undefined) throw new Error(`there is no ${id}`);
    const { RoleName, TableName, ClusterName, LogGroupName, FunctionName, Name } = resource.Properties;
    return of(
      RoleName ??
        TableName ??
        ClusterName ??
        LogGroupName ??
        FunctionName ??
        (resource.Type === 'AWS::Events::Rule' ? Name : undefined) ??
        id,
    );
  };
  const attribute = ([id, name]: [string, string]): unknown => {
    if (name !== 'Arn') return `${id}.${name}`;
    const own = String(ref(id));
    const service = template.Resources[id]!.Type;
    if (service === 'AWS::IAM::Role') return `arn:aws:iam::${account}:role/${own}`;
    if (service === 'AWS::DynamoDB::Table') return `arn:aws:dynamodb:${region}:${account}:table/${own}`;
    if (service === 'AWS::KMS::Key') return `arn:aws:kms:${region}:${account}:key/${own}`;
    return `arn:${id}`;
  };
  function of(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(of).filter((each) => each !== nothing);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [[name, argument] = ['', undefined]] = entries;
    if (entries.length === 1) {
      if (name === 'Ref') return ref(argument);
      if (name === 'Fn::GetAtt') return attribute(argument);
      if (name === 'Fn::Sub')
        return String(argument).replace(/\$\{([\w:]+)(?:\.(\w+))?\}/g, (_match, id: string, property?: string) =>
          String(property === undefined ? ref(id) : attribute([id, property])),
        );
      if (name === 'Fn::If') return of(holds(argument[0]) ? argument[1] : argument[2]);
      if (name === 'Fn::Equals') return of(argument[0]) === of(argument[1]);
      if (name === 'Fn::Not') return !of(argument[0]);
      if (name === 'Fn::Or') return argument.some(of);
      if (name === 'Fn::And') return argument.every(of);
      if (name === 'Condition' && typeof argument === 'string') return holds(argument);
      if (name === 'Fn::Join') return (of(argument[1]) as string[]).join(argument[0]);
      if (name === 'Fn::Split') return String(of(argument[1])).split(argument[0]);
      if (name === 'Fn::Select') return { select: argument[0] };
      if (name === 'Fn::GetAZs') return [];
    }
    return Object.fromEntries(entries.map(([key, each]) => [key, of(each)]).filter(([, each]) => each !== nothing));
  }
  return Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([, { Condition }]) => Condition === undefined || holds(Condition))
      .map(([id, resource]) => [id, { ...resource, Properties: of(resource.Properties) }]),
  );
}
