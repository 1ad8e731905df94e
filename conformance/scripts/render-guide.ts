import { usage } from '../src/cli/usage.ts';
import { type Check, checks } from '../src/index.ts';
import { capabilityTexts } from './capabilities.ts';
import { cutRegion } from './cut-region.ts';
import { fillMarkers } from './fill-markers.ts';
import { table } from './table.ts';

/** The authoring guide with its generated parts made anew: code of the example, capabilities, the command's usage, the checks. */
export function renderGuide(text: string): Promise<string> {
  return fillMarkers(text, {
    cut: cutRegion,
    usage: () => `\`\`\`\n${usage.trim()}\n\`\`\``,
    capabilities: renderCapabilities,
    numbers: renderNumbers,
    checks: renderChecks,
  });
}

async function renderCapabilities(): Promise<string> {
  const rows = (await capabilityTexts()).map(({ name, text }) => {
    const depending = checks.filter(({ needs }) => needs?.includes(name));
    return [`\`${name}\``, text, String(depending.length)];
  });
  return table(['capability', 'meaning', 'checks'], rows);
}

function renderNumbers(): string {
  const count = (level: Check['level']) => checks.filter((check) => check.level === level).length;
  return `${checks.length} checks: ${count('MUST')} MUST, ${count('SHOULD')} SHOULD.`;
}

/** Every check, by facet. */
function renderChecks(): string {
  return [...Map.groupBy(checks, ({ facet }) => facet)]
    .map(([facet, group]) => {
      const rows = group.map(({ id, level, sentence, needs = [] }) => [
        `\`${id}\``,
        level,
        escapeMarkdown(sentence),
        needs.map((need) => `\`${need}\``).join(', '),
      ]);
      const summary = `<summary><b>${facet}</b>, ${group.length} checks</summary>`;
      return `<details>\n${summary}\n\n${table(['check', 'level', 'what holds', 'needs'], rows)}\n\n</details>`;
    })
    .join('\n\n');
}

/** Sentences quote odd texts. */
function escapeMarkdown(text: string): string {
  return text.replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_').replaceAll('`', '\\`');
}
