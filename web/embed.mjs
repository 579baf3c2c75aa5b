// SPDX-License-Identifier: MIT
// node embed.mjs DIST OUT.cpp: the page's files, compressed, as the table of sink/web/page.hpp. The same files give
// the same bytes: names are sorted, and gzip's header holds neither a time nor a system.
import {createHash} from 'node:crypto';
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {extname, join, relative} from 'node:path';
import {gzipSync} from 'node:zlib';

const types = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
};

const [dist, out] = process.argv.slice(2);
if (!dist || !out) {
    console.error('use: node embed.mjs DIST OUT.cpp');
    process.exit(2);
}

function filesOf(folder) {
    return readdirSync(folder, {withFileTypes: true}).flatMap((entry) =>
        entry.isDirectory() ? filesOf(join(folder, entry.name)) : [join(folder, entry.name)],
    );
}

function compressed(content) {
    const bytes = gzipSync(content, {level: 9});
    bytes.fill(0, 4, 8);
    bytes[9] = 255;
    return bytes;
}

function assetOf(file) {
    const type = types[extname(file)];
    if (!type) throw new Error(`${file}: no Content-Type is known for it`);
    const content = readFileSync(file);
    const path = `/${relative(dist, file)}`;
    return {
        path, type, gzip: compressed(content),
        etag: createHash('sha256').update(content).digest('hex').slice(0, 20),
        // Vite puts a hash of what they hold into these names, and into no other.
        immutable: path.startsWith('/assets/'),
    };
}

function array(bytes, i) {
    const lines = [];
    for (let at = 0; at < bytes.length; at += 32) lines.push([...bytes.subarray(at, at + 32)].join(','));
    return `constexpr unsigned char bytes_${i}[] = {\n${lines.join(',\n')}};\n`;
}

const assets = filesOf(dist).sort().map(assetOf);
const rows = assets.map(({path, type, etag, immutable}, i) =>
    `    {.path = ${JSON.stringify(path)}, .type = ${JSON.stringify(type)}, .etag = "\\"${etag}\\"", ` +
    `.gzip = bytes_${i}, .immutable = ${immutable}},`);
writeFileSync(out, `// Made by web/embed.mjs.
#include "sink/web/page.hpp"

namespace packwire::sink::web {

namespace {

${assets.map(({gzip}, i) => array(gzip, i)).join('\n')}
constexpr Asset table[] = {
${rows.join('\n')}
};

}  // namespace

std::span<const Asset> page_assets() {
    return table;
}

}  // namespace packwire::sink::web
`);
const total = assets.reduce((sum, {gzip}) => sum + gzip.length, 0);
console.log(`${assets.length} files, ${total} bytes compressed`);
