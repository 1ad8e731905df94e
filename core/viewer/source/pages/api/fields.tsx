import { objectOf, type Schema, type Schemas, typeName } from './openapi.ts';

/** The fields of an object, and those of the objects in them one level down. */
export function Fields({ schema, schemas, depth = 0 }: { schema: Schema; schemas: Schemas; depth?: number }) {
  const object = objectOf(schema, schemas);
  if (!object) return <code class="muted">{typeName(schema)}</code>;
  return (
    <dl class="fields">
      {Object.entries(object.properties ?? {}).map(([name, field]) => (
        <div key={name}>
          <dt>
            <code>{name}</code>
            {object.required?.includes(name) && <span class="tag">required</span>}
          </dt>
          <dd>
            <code class="muted">{typeName(field)}</code> {field.description}
            {depth === 0 && objectOf(field, schemas) && <Fields schema={field} schemas={schemas} depth={1} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}
