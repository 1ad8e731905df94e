import { useState } from 'preact/hooks';
import type { Image } from '../../../../src/api/index.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { Moment } from '../../components/moment.tsx';
import { Empty, Failure } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { useAction, useNow, useResource } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';
import { RegisterImage } from './register-image.tsx';

export function ImagesPage() {
  const images = useResource(() => client.value.listImages(), [client.value]);
  const [registering, setRegistering] = useState(false);
  const [removing, setRemoving] = useState<Image | undefined>(undefined);
  const makeDefault = useAction(async (image: Image) => {
    await client.value.registerImage(registrationOf(image));
    await images.reload();
  });
  return (
    <Page
      title="Images"
      description="What commands run in, with the resources and roles they get."
      actions={
        <button type="button" class="primary" onClick={() => setRegistering(true)}>
          <Icon name="plus" />
          Register
        </button>
      }
    >
      <Failure error={images.error} title="The images cannot be shown as they are now" onRetry={images.reload} />
      <Failure error={makeDefault.error} />
      {!images.data && images.loading && <p class="loading">Loading…</p>}
      {images.data?.length === 0 && (
        <Empty title="No image is registered yet">
          <p>Register one, such as alpine:latest, and make it the default.</p>
        </Empty>
      )}
      {images.data && images.data.length > 0 && (
        <ImageTable images={images.data} onDefault={(image) => void makeDefault.run(image)} onRemove={setRemoving} />
      )}
      {registering && (
        <RegisterImage
          onClose={() => setRegistering(false)}
          onRegistered={() => {
            setRegistering(false);
            void images.reload();
          }}
        />
      )}
      {removing && (
        <Confirmation
          title="Remove this image?"
          verb="Remove"
          onClose={() => setRemoving(undefined)}
          perform={async () => {
            await client.value.removeImage(removing.image_id);
            toast(`Removed ${removing.image_id}`);
            await images.reload();
          }}
        >
          <p>
            <code>{removing.image_id}</code> can then no longer be run. Executions that used it stay as they are.
          </p>
        </Confirmation>
      )}
    </Page>
  );
}

interface ImageTableProps {
  images: readonly Image[];
  onDefault(image: Image): void;
  onRemove(image: Image): void;
}

function ImageTable({ images, onDefault, onRemove }: ImageTableProps) {
  const now = useNow(true, 60_000);
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Image</th>
          <th scope="col" class="number">
            CPU
          </th>
          <th scope="col" class="number">
            Memory
          </th>
          <th scope="col">Platform</th>
          <th scope="col">Roles</th>
          <th scope="col">Registered</th>
          <th scope="col">
            <span class="off-screen">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
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
      </tbody>
    </table>
  );
}

/** Registering what is registered already changes nothing but the default mark. */
function registrationOf({ image, cpu, memory, runtime_platform, task_role_name, task_execution_role_name }: Image) {
  return {
    image,
    is_default: true,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(runtime_platform !== undefined && { runtime_platform }),
    ...(task_role_name !== undefined && { task_role_name }),
    ...(task_execution_role_name !== undefined && { task_execution_role_name }),
  };
}
