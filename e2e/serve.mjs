import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** As plain as a web server gets: files of `dist/` below /lab/, no rewriting, no special headers. */
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

if (!existsSync('dist/index.html')) {
  console.error('error: there is no dist/. Run: npm run build');
  process.exit(1);
}

createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const relative = pathname.startsWith('/lab/') ? normalize(decodeURIComponent(pathname.slice(5))) || '.' : '..';
  const path = join('dist', relative === '.' ? 'index.html' : relative);
  if (relative.startsWith('..') || !existsSync(path) || !statSync(path).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
  if (request.method === 'HEAD') response.end();
  else createReadStream(path).pipe(response);
}).listen(4173, '127.0.0.1');
