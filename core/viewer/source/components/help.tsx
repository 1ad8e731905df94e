import { signal } from '@preact/signals';
import { pages } from '../pages/pages.tsx';
import { shortcuts } from '../preferences.ts';
import { Dialog } from './dialog.tsx';

export const helpShown = signal(false);

const groups: { title: string; keys: [keys: string[], meaning: string][] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [['/'], 'Search or filter'],
      [['j', 'k'], 'Next and previous row'],
      [['Enter'], 'Open the row'],
      [['?'], 'This list'],
    ],
  },
  {
    title: 'In a log',
    keys: [
      [['f'], 'Follow the end, or stop following'],
      [['j', 'k'], 'A line down and up'],
      [['Space', 'b'], 'A page down and up'],
      [['Home', 'End'], 'First and last line'],
      [['n', 'N'], 'Next and previous match'],
      [['/', ':12'], 'Choose a line: its link is in the address'],
      [['w'], 'Wrap long lines, or scroll'],
      [['t'], 'Times: off, absolute, relative'],
    ],
  },
];

export function Help() {
  if (!helpShown.value) return null;
  const close = () => {
    helpShown.value = false;
  };
  const places = Object.values(pages).flatMap(({ title, key }) => (key ? [{ title: title ?? 'Settings', key }] : []));
  return (
    <Dialog title="Keyboard" wide onClose={close}>
      <div class="help-groups">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl class="keys">
              {keys.map(([names, meaning]) => (
                <div key={meaning}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>Go to</h3>
          <dl class="keys">
            {places.map(({ title, key }) => (
              <div key={key}>
                <dt>
                  <kbd>g</kbd>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{title}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={shortcuts.value}
          onChange={({ currentTarget }) => {
            shortcuts.value = currentTarget.checked;
          }}
        />
        Single keys are commands
      </label>
      <div class="actions end">
        <button type="button" class="primary" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
