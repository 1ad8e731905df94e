import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { setQuery } from '../../navigation.ts';
import { type ExecutionFilter, isFiltered, periods, statuses } from './execution-filter.ts';

export interface FiltersProps {
  filter: ExecutionFilter;
  /** The search, which stands first. */
  children: ComponentChildren;
}

/** All of it stands in the address, so that a view can be sent to someone. */
export function Filters({ filter, children }: FiltersProps) {
  const [open, setOpen] = useState(isFiltered(filter));
  const toggle = (status: string) => {
    const chosen = filter.statuses.includes(status)
      ? filter.statuses.filter((one) => one !== status)
      : [...filter.statuses, status];
    setQuery({ status: chosen.join(',') });
  };
  return (
    <div class="filters">
      <div class="filter-line">
        {children}
        <fieldset class="chips">
          <legend class="off-screen">Status</legend>
          {statuses.map((status) => (
            <label key={status} class="chip">
              <input type="checkbox" checked={filter.statuses.includes(status)} onChange={() => toggle(status)} />
              <span class="status" data-status={status}>
                {status === 'TERMINATING' ? 'Stopping' : status.charAt(0) + status.slice(1).toLowerCase()}
              </span>
            </label>
          ))}
        </fieldset>
        <button type="button" class="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Fewer filters' : 'More filters'}
        </button>
      </div>
      {open && <MoreFilters filter={filter} />}
    </div>
  );
}

function MoreFilters({ filter }: { filter: ExecutionFilter }) {
  const custom = filter.period === 'custom';
  return (
    <div class="filter-line more">
      <label class="inline-field">
        <span>User</span>
        <input
          type="search"
          placeholder="ana@example.com"
          value={filter.user}
          onChange={({ currentTarget }) => setQuery({ user: currentTarget.value.trim() })}
        />
      </label>
      <label class="inline-field">
        <span>Image</span>
        <input
          type="search"
          placeholder="alpine:latest"
          value={filter.image}
          onChange={({ currentTarget }) => setQuery({ image: currentTarget.value.trim() })}
        />
      </label>
      <label class="inline-field">
        <span>Started</span>
        <select
          value={filter.period}
          onChange={({ currentTarget }) =>
            setQuery({ period: currentTarget.value, since: undefined, until: undefined })
          }
        >
          <option value="">At any time</option>
          {Object.entries(periods).map(([period, label]) => (
            <option key={period} value={period}>
              {label}
            </option>
          ))}
          <option value="custom">Between…</option>
        </select>
      </label>
      {custom && (
        <>
          <label class="inline-field">
            <span>From</span>
            <input
              type="datetime-local"
              value={filter.since}
              onChange={({ currentTarget }) => setQuery({ since: currentTarget.value })}
            />
          </label>
          <label class="inline-field">
            <span>To</span>
            <input
              type="datetime-local"
              value={filter.until}
              onChange={({ currentTarget }) => setQuery({ until: currentTarget.value })}
            />
          </label>
        </>
      )}
      {isFiltered(filter) && (
        <button
          type="button"
          class="quiet"
          onClick={() =>
            setQuery({
              status: undefined,
              user: undefined,
              image: undefined,
              period: undefined,
              since: undefined,
              until: undefined,
            })
          }
        >
          Remove all
        </button>
      )}
    </div>
  );
}
