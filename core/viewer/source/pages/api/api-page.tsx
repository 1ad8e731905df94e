import { Failure } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { useResource } from '../../resource.ts';
import { endpoint } from '../../session.ts';
import type { OpenApiDocument, Operation, Schemas } from './openapi.ts';
import { OperationCard } from './operation-card.tsx';

/** The OpenAPI document of this very server, to be read by people. */
export function ApiPage() {
  const address = `${endpoint.value}/api/v1/openapi.json`;
  const document = useResource(() => read(address), [address]);
  return (
    <Page
      title="API"
      description="Everything that is done here can be done by a program, with the key in X-API-Key."
      actions={
        <a class="button" href={address} target="_blank" rel="noopener noreferrer">
          OpenAPI document
        </a>
      }
    >
      <Failure error={document.error} title="The document cannot be read" onRetry={document.reload} />
      {!document.data && document.loading && <p class="loading">Loading…</p>}
      {document.data && <Operations document={document.data} />}
    </Page>
  );
}

function Operations({ document }: { document: OpenApiDocument }) {
  const schemas: Schemas = document.components?.schemas ?? {};
  return (
    <>
      {groupsOf(document).map(({ tag, operations }) => (
        <section key={tag} class="section">
          <h2>{tag}</h2>
          {operations.map(({ method, path, operation }) => (
            <OperationCard
              key={operation.operationId}
              method={method}
              path={path}
              operation={operation}
              schemas={schemas}
            />
          ))}
        </section>
      ))}
    </>
  );
}

interface Group {
  tag: string;
  operations: { method: string; path: string; operation: Operation }[];
}

function groupsOf({ paths }: OpenApiDocument): Group[] {
  const groups = new Map<string, Group>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'Other';
      const group = groups.get(tag) ?? { tag, operations: [] };
      groups.set(tag, group);
      group.operations.push({ method, path, operation });
    }
  }
  return [...groups.values()];
}

async function read(address: string): Promise<OpenApiDocument> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The server answered with status ${response.status}`);
  return (await response.json()) as OpenApiDocument;
}
