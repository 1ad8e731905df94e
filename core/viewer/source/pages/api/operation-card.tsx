import { Fields } from './fields.tsx';
import type { Operation, Schemas } from './openapi.ts';
import { typeName } from './openapi.ts';

export interface OperationCardProps {
  method: string;
  path: string;
  operation: Operation;
  schemas: Schemas;
}

export function OperationCard({ method, path, operation, schemas }: OperationCardProps) {
  const { parameters = [], requestBody, responses, security = [] } = operation;
  const body = Object.values(requestBody?.content ?? {})[0]?.schema;
  return (
    <details class="operation">
      <summary>
        <span class="method" data-method={method}>
          {method.toUpperCase()}
        </span>
        <span class="code">{path}</span>
        <span class="muted">{operation.summary}</span>
      </summary>
      <div class="operation-body">
        {operation.description && <p>{operation.description}</p>}
        <p class="muted">{security.length === 0 ? 'Needs no key.' : 'Needs an API key.'}</p>
        {parameters.length > 0 && (
          <>
            <h3>Parameters</h3>
            <dl class="fields">
              {parameters.map(({ name, in: where, required, description, schema }) => (
                <div key={where + name}>
                  <dt>
                    <code>{name}</code> <span class="muted">{where}</span>
                    {required && <span class="tag">required</span>}
                  </dt>
                  <dd>
                    {schema && <code class="muted">{typeName(schema)}</code>} {description}
                  </dd>
                </div>
              ))}
            </dl>
          </>
        )}
        {body && (
          <>
            <h3>Body</h3>
            <Fields schema={body} schemas={schemas} />
          </>
        )}
        <h3>Answers</h3>
        <dl class="fields">
          {Object.entries(responses).map(([status, response]) => {
            const schema = Object.values(response.content ?? {})[0]?.schema;
            return (
              <div key={status}>
                <dt>
                  <code>{status}</code>
                </dt>
                <dd>
                  {response.description}
                  {schema && Number(status) < 400 && <Fields schema={schema} schemas={schemas} />}
                </dd>
              </div>
            );
          })}
        </dl>
      </div>
    </details>
  );
}
