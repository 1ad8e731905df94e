import { useEffect, useState } from 'preact/hooks';
import type { TraceResponse } from '../../../src/api/index.ts';
import { Field } from '../components/field.tsx';
import { Empty, Failure } from '../components/notices.tsx';
import { Page } from '../components/page.tsx';
import { formatDateTime } from '../format.ts';
import { logsPath, place, setQuery } from '../navigation.ts';
import { useAction } from '../resource.ts';
import { client } from '../session.ts';

export function TracePage() {
  const asked = place.value.query.get('request_id') ?? '';
  const [text, setText] = useState(asked);
  const [found, setFound] = useState<{ id: string; trace: TraceResponse } | undefined>(undefined);
  const look = useAction(async (id: string) => setFound({ id, trace: await client.value.trace(id) }));
  useEffect(() => {
    setText(asked);
    if (asked !== '') void look.run(asked);
  }, [asked]);

  return (
    <Page title="Trace" description="What one request logged, and what it created or changed.">
      <form
        class="trace-form"
        onSubmit={(event) => {
          event.preventDefault();
          const id = text.trim();
          if (id === asked && id !== '') void look.run(id);
          else setQuery({ request_id: id });
        }}
      >
        <Field label="Request id" hint="Every answer has one in X-Request-Id, and every error shows it.">
          <input
            class="code"
            value={text}
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </Field>
        <button type="submit" class="primary" disabled={look.busy || text.trim() === ''}>
          {look.busy ? 'Looking…' : 'Trace'}
        </button>
      </form>
      <Failure error={look.error} title="There is no trace" />
      {found && <Trace id={found.id} trace={found.trace} />}
    </Page>
  );
}

function Trace({ id, trace }: { id: string; trace: TraceResponse }) {
  const { executions = [], images = [], secrets = [], users = [] } = trace.related_resources;
  const related = [
    ...executions.map((one) => ({ kind: 'Execution', name: one.command, href: logsPath(one.execution_id) })),
    ...images.map(({ image_id }) => ({ kind: 'Image', name: image_id, href: '/images' })),
    ...secrets.map(({ name }) => ({ kind: 'Secret', name, href: '/secrets' })),
    ...users.map(({ email }) => ({ kind: 'User', name: email, href: '/users' })),
  ];
  const logs = trace.logs ?? [];
  if (related.length === 0 && logs.length === 0) {
    return (
      <Empty title="Nothing is known of this request">
        <p>
          Check the id <code>{id}</code>. Logs are kept only for as long as the provider keeps them.
        </p>
      </Empty>
    );
  }
  return (
    <>
      {related.length > 0 && (
        <section class="section">
          <h2>Created or changed</h2>
          <ul class="plain-list">
            {related.map(({ kind, name, href }) => (
              <li key={kind + name}>
                <span class="tag">{kind}</span> <a href={href}>{name}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="section">
        <h2>Log of the server</h2>
        {logs.length === 0 ? (
          <p class="muted">There is none for this request.</p>
        ) : (
          <ol class="server-log">
            {logs.map(({ event_id, timestamp, message }) => (
              <li key={event_id}>
                <time dateTime={new Date(timestamp).toISOString()}>{formatDateTime(timestamp)}</time>
                <code>{message}</code>
              </li>
            ))}
          </ol>
        )}
      </section>
    </>
  );
}
