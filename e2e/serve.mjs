import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';

/** As plain as a web server gets: files of `dist/` below /lab/, no rewriting, no special headers. */
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
};

/**
 * @param {number} port
 * @param {(path: string, bytes: Buffer) => Buffer | string} [change] what is sent in place of a file
 */
export function serveBuild(port, change) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const relative = pathname.startsWith('/lab/') ? normalize(decodeURIComponent(pathname.slice(5))) || '.' : '..';
    const path = join('dist', relative === '.' ? 'index.html' : relative);
    if (relative.startsWith('..') || !existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    if (request.method === 'HEAD') response.end();
    else if (change) response.end(change(relative, readFileSync(path)));
    else createReadStream(path).pipe(response);
  });
  return server.listen(port, '127.0.0.1');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (!existsSync('dist/index.html')) {
    console.error('error: there is no dist/. Run: npm run build');
    process.exit(1);
  }
  serveBuild(4173);
}
