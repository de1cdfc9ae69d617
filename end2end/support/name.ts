// What the product is called, as its pages say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const manifest = join(__dirname, '../../public/manifest.webmanifest');

export const NAME = (JSON.parse(readFileSync(manifest, 'utf8')) as { name: string }).name;
