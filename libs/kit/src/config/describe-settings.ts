import { z } from 'zod';
import type { ConfigClass, Setting } from './config.js';

/** One line of the configuration reference and of `.env.example`. */
export interface SettingDescription {
  readonly name: string;
  readonly description: string;
  /** The value used when nothing is set, as text; null where there is none and for secrets. */
  readonly default: string | null;
  readonly secret: boolean;
  /** The process does not start without it. */
  readonly required: boolean;
}

function defaultOf(schema: z.ZodType): string | null {
  if (schema instanceof z.ZodDefault) {
    const value: unknown = schema.def.defaultValue;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }
  if (schema instanceof z.ZodPipe) return defaultOf(schema.def.in as z.ZodType) ?? defaultOf(schema.def.out as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return defaultOf(schema.def.innerType as z.ZodType);
  return null;
}

function describe(name: string, { schema, description, secret = false }: Setting): SettingDescription {
  return { name, description, default: secret ? null : defaultOf(schema), secret, required: !schema.safeParse(undefined).success };
}

/** Every setting of the given classes once, sorted by name, for the generated references. */
export function describeSettings(classes: readonly ConfigClass[]): SettingDescription[] {
  const byName = new Map<string, SettingDescription>();
  for (const { shape } of classes) for (const [name, setting] of Object.entries(shape)) byName.set(name, describe(name, setting));
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** The rows of `docs/configuration.md` as a Markdown table. */
export function renderConfigurationTable(settings: readonly SettingDescription[]): string {
  const rows = settings.map((each) => {
    const value = each.secret ? '(secret)' : each.default === null ? '' : `\`${cell(each.default)}\``;
    return `| \`${each.name}\` | ${each.required ? 'yes' : ''} | ${value} | ${cell(each.description)} |`;
  });
  return ['| Setting | Required | Default | Meaning |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

/** The text of `.env.example`: what must be set stands open, the rest is commented out with its default. */
export function renderEnvironmentExample(settings: readonly SettingDescription[]): string {
  return settings
    .map((each) => `# ${each.description.replace(/\s+/g, ' ')}\n${each.required ? '' : '# '}${each.name}=${each.default ?? ''}\n`)
    .join('\n');
}
