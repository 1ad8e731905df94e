import { RunvoyError } from '@runvoy/core/provider';
import { members, type Xml } from './aws-client.ts';
import type { CloudFormation } from './cloudformation.ts';
import { generationOf } from './schema-generation.ts';

/**
 * The parameters of a change set: what is given, and for the rest what the stack has. Rejects with INVALID_REQUEST, which names those that the template lacks, or
 * needs.
 */
export async function templateParameters(
  cloudFormation: CloudFormation,
  source: Record<string, string>,
  stack: { parameters: Record<string, string> } | undefined,
  stackName: string,
  given: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const summary = (await cloudFormation.call('GetTemplateSummary', source)) as Record<string, Xml>;
  const declared = members(summary.Parameters).map(({ ParameterKey, DefaultValue }) => ({
    name: String(ParameterKey),
    isOptional: DefaultValue !== undefined,
  }));
  const unknown = Object.keys(given).filter((name) => !declared.some((each) => each.name === name));
  if (unknown.length > 0)
    throw new RunvoyError('INVALID_REQUEST', `the template has no parameter ${unknown.join(', ')}`, {
      field: '--parameter',
      remedy: `It has ${declared.map(({ name }) => name).join(', ')}.`,
    });
  const values: Record<string, string> = { ...given };
  // Upstream's stack does not say which generation its tables are of.
  if (
    stack !== undefined &&
    declared.some(({ name }) => name === 'SchemaGeneration') &&
    !('SchemaGeneration' in stack.parameters)
  )
    values.SchemaGeneration ??= await generationOf(cloudFormation, stackName);
  const missing = declared.filter(
    ({ name, isOptional }) => !isOptional && !(name in values) && !(name in (stack?.parameters ?? {})),
  );
  if (missing.length > 0)
    throw new RunvoyError('INVALID_REQUEST', `the template needs ${missing.map(({ name }) => name).join(' and ')}`, {
      field: '--parameter',
      remedy: `Give ${missing.map(({ name }) => (name === 'ReleaseVersion' ? '--version=…' : `--parameter ${name}=…`)).join(' ')}.`,
    });
  const sent = declared.filter(({ name }) => name in values || name in (stack?.parameters ?? {}));
  return Object.fromEntries(
    sent.flatMap(({ name }, index) => {
      const at = `Parameters.member.${index + 1}`;
      const value = values[name];
      return [
        [`${at}.ParameterKey`, name],
        value === undefined ? [`${at}.UsePreviousValue`, 'true'] : [`${at}.ParameterValue`, value],
      ];
    }),
  );
}
