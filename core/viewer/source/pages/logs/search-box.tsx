import { useRef } from 'preact/hooks';
import { Icon } from '../../components/icon.tsx';
import { formatNumber } from '../../format.ts';
import { useKeys } from '../../keyboard.ts';
import { selectLine } from './line-selection.ts';
import { type LogSearchState, lineOf, type SearchResult } from './use-log-search.ts';

export function SearchBox({ search }: { search: LogSearchState }) {
  const { options, result, problem, step } = search;
  const input = useRef<HTMLInputElement>(null);
  const { text, matchCase, regularExpression } = options.value;
  const line = lineOf(text);
  useKeys({
    '/': () => {
      input.current?.focus();
      input.current?.select();
    },
  });
  return (
    <search class="log-search">
      <label class="search-box">
        <Icon name="search" />
        <span class="off-screen">Search the log</span>
        <input
          ref={input}
          type="search"
          placeholder="Search, or :line ( / )"
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-invalid={problem.value !== undefined}
          aria-describedby="search-result"
          onInput={({ currentTarget }) => {
            options.value = { ...options.value, text: currentTarget.value };
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              if (line !== undefined) selectLine(line, event.shiftKey);
              else step(event.shiftKey ? -1 : 1);
            } else if (event.key === 'Escape') {
              options.value = { ...options.value, text: '' };
              input.current?.blur();
            }
          }}
        />
      </label>
      <button
        type="button"
        class="quiet option"
        aria-pressed={matchCase}
        aria-label="Match case"
        title="Match case"
        onClick={() => {
          options.value = { ...options.value, matchCase: !matchCase };
        }}
      >
        Aa
      </button>
      <button
        type="button"
        class="quiet option"
        aria-pressed={regularExpression}
        aria-label="Regular expression"
        title="Regular expression"
        onClick={() => {
          options.value = { ...options.value, regularExpression: !regularExpression };
        }}
      >
        .*
      </button>
      <span id="search-result" class={problem.value ? 'search-result problem' : 'search-result'} role="status">
        {problem.value ?? (line !== undefined ? 'Enter goes there' : result.value && describeResult(result.value))}
      </span>
      {result.value && result.value.lines > 0 && (
        <>
          <button type="button" class="quiet" aria-label="Previous match" title="Previous (N)" onClick={() => step(-1)}>
            <Icon name="up" />
          </button>
          <button type="button" class="quiet" aria-label="Next match" title="Next (n)" onClick={() => step(1)}>
            <Icon name="down" />
          </button>
        </>
      )}
    </search>
  );
}

function describeResult({ lines, matches, at, complete }: SearchResult): string {
  if (lines === 0) return complete ? 'No matches' : 'Searching…';
  const place = at === -1 ? '' : `${formatNumber(at + 1)} of `;
  const all = matches === lines ? '' : ` · ${formatNumber(matches)} matches`;
  return `${place}${formatNumber(lines)} ${lines === 1 ? 'line' : 'lines'}${all}${complete ? '' : '…'}`;
}
