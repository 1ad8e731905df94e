import type { Image } from '../../../../src/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { ListTable } from '../../components/list-table.tsx';
import { Moment } from '../../components/moment.tsx';
import { useNow } from '../../resource.ts';

export interface ImageTableProps {
  images: readonly Image[];
  onDefault(image: Image): void;
  onRemove(image: Image): void;
}

export function ImageTable({ images, onDefault, onRemove }: ImageTableProps) {
  const now = useNow(true, 60_000);
  return (
    <ListTable columns={['Image', { number: 'CPU' }, { number: 'Memory' }, 'Platform', 'Roles', 'Registered']} actions>
      {images.map((image) => (
        <tr key={image.image_id}>
          <td class="main-cell">
            <span class="code strong">{image.image}</span>
            {image.is_default && <span class="tag">default</span>}
            <span class="muted small-text code">{image.image_id}</span>
          </td>
          <td data-label="CPU" class="number">
            {image.cpu === undefined ? '–' : `${image.cpu / 1024} cores`}
          </td>
          <td data-label="Memory" class="number">
            {image.memory === undefined ? '–' : `${image.memory} MiB`}
          </td>
          <td data-label="Platform">{image.runtime_platform ?? '–'}</td>
          <td data-label="Roles" class="code">
            {[image.task_role_name, image.task_execution_role_name].filter(Boolean).join(', ') || '–'}
          </td>
          <td data-label="Registered">
            <Moment time={image.created_at} now={now} />
            {image.created_by && <span class="muted small-text">{image.created_by}</span>}
          </td>
          <td class="row-actions">
            {!image.is_default && (
              <button
                type="button"
                class="quiet"
                aria-label={`Make default: ${image.image_id}`}
                onClick={() => onDefault(image)}
              >
                Make default
              </button>
            )}
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${image.image_id}`}
              title="Remove"
              onClick={() => onRemove(image)}
            >
              <Icon name="cross" />
            </button>
          </td>
        </tr>
      ))}
    </ListTable>
  );
}
