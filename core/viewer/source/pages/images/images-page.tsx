import { useState } from 'preact/hooks';
import type { Image } from '../../../../src/api/index.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { LoadedList } from '../../components/loaded-list.tsx';
import { Failure } from '../../components/notices.tsx';
import { Page } from '../../components/page.tsx';
import { useAction, useResource } from '../../resource.ts';
import { client } from '../../session.ts';
import { toast } from '../../toasts.ts';
import { ImageTable } from './image-table.tsx';
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
      <Failure error={makeDefault.error} />
      <LoadedList
        resource={images}
        what="images"
        empty={{
          title: 'No image is registered yet',
          advice: 'Register one, such as alpine:latest, and make it the default.',
        }}
      >
        {(shown) => (
          <ImageTable images={shown} onDefault={(image) => void makeDefault.run(image)} onRemove={setRemoving} />
        )}
      </LoadedList>
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
