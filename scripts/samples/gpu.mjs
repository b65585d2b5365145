/**
 * Runs inside Electron: draws one picture with WebGL 2, tile by tile, and writes the raw light to a file.
 * Job (argument, JSON file): { fragment, width, height, tile, uniforms, out }. `out` gets four layers of width * height * 4
 * float32, as the shader's four outputs: light and the subject's cover, light that fell in and distance, colour, direction.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { app, BrowserWindow } from 'electron';

const job = JSON.parse(readFileSync(process.argv.at(-1) ?? '', 'utf8'));

// Not awaited: Electron is ready only after this module has been evaluated.
void app
  .whenReady()
  .then(draw)
  .catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    app.exit(1);
  });

async function draw() {
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true, contextIsolation: true } });
  await window.loadURL('data:text/html,<title>samples</title>');
  /** @type {string | undefined} */
  const fault = await window.webContents.executeJavaScript(`(${prepare.toString()})(${JSON.stringify(job)})`);
  if (fault !== undefined) throw new Error(fault);

  const size = job.width * job.height * 4;
  const layers = new Float32Array(size * 4);
  const tiles = [];
  for (let y = 0; y < job.height; y += job.tile) for (let x = 0; x < job.width; x += job.tile) tiles.push([x, y]);
  for (const [n, [x = 0, y = 0]] of tiles.entries()) {
    const w = Math.min(job.tile, job.width - x);
    const h = Math.min(job.tile, job.height - y);
    /** @type {Float32Array} */
    const part = await window.webContents.executeJavaScript(`drawTile(${x}, ${y}, ${w}, ${h})`);
    for (let row = 0; row < 4 * h; row++) {
      const at = Math.floor(row / h) * size + ((y + (row % h)) * job.width + x) * 4;
      layers.set(part.subarray(row * w * 4, (row + 1) * w * 4), at);
    }
    if (n % 16 === 0) process.stdout.write(`\r${Math.round((100 * n) / tiles.length)}%  `);
  }
  writeFileSync(job.out, new Uint8Array(layers.buffer));
  process.stdout.write('\r');
  app.exit(0);
}

/**
 * Runs in the page. Answers what is wrong with the shader: an exception would arrive without its words.
 * @param {{fragment: string, width: number, height: number, tile: number, uniforms: Record<string, number[]>}} job
 * @returns {string | undefined}
 */
function prepare(job) {
  const canvas = document.createElement('canvas');
  const found = canvas.getContext('webgl2');
  if (found === null) throw new Error('WebGL 2 is not available');
  const gl = found;
  if (gl.getExtension('EXT_color_buffer_float') === null) throw new Error('Float targets are not available');
  const program = gl.createProgram();
  /** @type {[number, string][]} */
  const sources = [
    [gl.VERTEX_SHADER, '#version 300 es\nin vec2 at; void main() { gl_Position = vec4(at, 0.0, 1.0); }'],
    [gl.FRAGMENT_SHADER, job.fragment],
  ];
  for (const [kind, source] of sources) {
    const shader = gl.createShader(kind);
    if (shader === null) throw new Error('No shader');
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) return gl.getShaderInfoLog(shader) ?? 'The shader does not compile.';
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? 'link');
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(gl.getAttribLocation(program, 'at'), 2, gl.FLOAT, false, 0, 0);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  const targets = [gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1, gl.COLOR_ATTACHMENT2, gl.COLOR_ATTACHMENT3];
  for (const target of targets) {
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, job.tile, job.tile, 0, gl.RGBA, gl.FLOAT, null);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, target, gl.TEXTURE_2D, texture, 0);
  }
  gl.drawBuffers(targets);
  gl.uniform2f(gl.getUniformLocation(program, 'uSize'), job.width, job.height);
  for (const [name, v] of Object.entries(job.uniforms)) {
    const at = gl.getUniformLocation(program, name);
    if (v.length === 1) gl.uniform1f(at, v[0] ?? 0);
    else gl.uniform3f(at, v[0] ?? 0, v[1] ?? 0, v[2] ?? 0);
  }
  const offset = gl.getUniformLocation(program, 'uOffset');
  Object.assign(globalThis, {
    drawTile: (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w, /** @type {number} */ h) => {
      gl.viewport(0, 0, w, h);
      gl.uniform2f(offset, x, y);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      const part = new Float32Array(w * h * 16);
      for (const [n, target] of targets.entries()) {
        gl.readBuffer(target);
        gl.readPixels(0, 0, w, h, gl.RGBA, gl.FLOAT, part.subarray(n * w * h * 4, (n + 1) * w * h * 4));
      }
      return part;
    },
  });
  return undefined;
}
