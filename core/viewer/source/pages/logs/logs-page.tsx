import { useState } from 'preact/hooks';
import { Field } from '../../components/field.tsx';
import { Page } from '../../components/page.tsx';
import { logsPath, navigate, place } from '../../navigation.ts';
import { LogView } from './log-view.tsx';

export function LogsPage() {
  const { query } = place.value;
  // Upstream's application understands the other two as well.
  const id = query.get('execution_id') ?? query.get('executionId') ?? query.get('executionID') ?? '';
  return id === '' ? <Choose /> : <LogView key={id} executionId={id} />;
}

function Choose() {
  const [text, setText] = useState('');
  return (
    <Page title="Log" description="Of which execution?">
      <form
        class="trace-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') navigate(logsPath(text.trim()));
        }}
      >
        <Field label="Execution id" hint={<a href="/executions">All executions</a>}>
          <input
            class="code"
            value={text}
            autocomplete="off"
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </Field>
        <button type="submit" class="primary" disabled={text.trim() === ''}>
          Show its log
        </button>
      </form>
    </Page>
  );
}
