import {
  imageListSchema,
  imageSchema,
  registerImageRequest,
  registerImageResponse,
  removeImageResponse,
} from '../../api/schemas.ts';
import type { ImageDocument } from '../../contract/collections.ts';
import { imageToJson } from '../json/image.ts';
import { basePath, defineRoute, type Route, type RouteResource } from '../route.ts';

/** Whatever name an image was asked for by, the policy is asked about its id. */
const image: RouteResource<ImageDocument> = {
  load: ({ runvoy, context, parameter }) => runvoy.images.get(parameter, context),
  owners: ({ owned_by }) => owned_by,
  object: ({ image_id }) => `${basePath}/images/${image_id}`,
};

export const imageRoutes: Route[] = [
  defineRoute({
    operation: 'listImages',
    tag: 'Images',
    summary: 'All registered images',
    method: 'GET',
    path: '/images',
    access: {},
    responses: { 200: { description: 'By reference, then id', schema: imageListSchema } },
    failure: 'failed to list images',
    async handle({ runvoy, context }) {
      return { status: 200, json: { images: (await runvoy.images.list(context)).map(imageToJson) } };
    },
  }),
  defineRoute({
    operation: 'registerImage',
    tag: 'Images',
    summary: 'Register an image, with the resources and roles it runs with',
    method: 'POST',
    path: '/images/register',
    access: {},
    body: registerImageRequest,
    responses: { 201: { description: 'Registered, now or before', schema: registerImageResponse } },
    errors: ['UNSUPPORTED'],
    failure: 'failed to register image',
    async handle({ runvoy, context, body }) {
      const { image, notes } = await runvoy.images.register(
        {
          image: body.image,
          ...(body.is_default !== undefined && { isDefault: body.is_default }),
          ...(body.task_role_name && { taskRole: body.task_role_name }),
          ...(body.task_execution_role_name && { executionRole: body.task_execution_role_name }),
          ...(body.cpu !== undefined && { cpu: body.cpu }),
          ...(body.memory !== undefined && { memory: body.memory }),
          ...(body.runtime_platform && { platform: body.runtime_platform }),
        },
        context,
      );
      return {
        status: 201,
        json: {
          image: image.image,
          message: 'Image registered successfully',
          image_id: image.image_id,
          ...(notes.length > 0 && { notes }),
        },
      };
    },
  }),
  defineRoute<undefined, ImageDocument>({
    operation: 'getImage',
    tag: 'Images',
    summary: 'One image, by id, registered reference or name:tag',
    method: 'GET',
    path: '/images/:image{.+}',
    access: { resource: image },
    responses: { 200: { description: 'The image', schema: imageSchema } },
    errors: ['NOT_FOUND'],
    failure: 'failed to get image',
    handle: ({ resource }) => ({ status: 200, json: imageToJson(resource) }),
  }),
  defineRoute<undefined, ImageDocument>({
    operation: 'removeImage',
    tag: 'Images',
    summary: 'Remove an image, by its exact id',
    method: 'DELETE',
    path: '/images/:image{.+}',
    access: { resource: image },
    responses: { 200: { description: 'Removed', schema: removeImageResponse } },
    errors: ['NOT_FOUND'],
    failure: 'failed to remove image',
    async handle({ runvoy, context, parameter }) {
      const { image_id } = await runvoy.images.remove(parameter, context);
      return { status: 200, json: { image: image_id, message: 'Image removed successfully' } };
    },
  }),
];
