import type { ComponentChildren } from 'preact';

export interface ListTableProps {
  /** Titles, in order. Numbers are at the right of their column. */
  columns: readonly (string | { number: string })[];
  /** A last column for what can be done with each row. */
  actions?: boolean;
  /** Rows, as `<tr>`. On a narrow screen each cell shows its `data-label` instead of the column's title. */
  children: ComponentChildren;
  class?: string;
}

export function ListTable({ columns, actions = false, children, class: name }: ListTableProps) {
  return (
    <table class={name ? `list ${name}` : 'list'}>
      <thead>
        <tr>
          {columns.map((column) => {
            const [title, kind] = typeof column === 'string' ? [column, undefined] : [column.number, 'number'];
            return (
              <th key={title} scope="col" class={kind}>
                {title}
              </th>
            );
          })}
          {actions && (
            <th scope="col">
              <span class="off-screen">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
