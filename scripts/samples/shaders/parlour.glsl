// A room with a floor of planks, a window from the left.
#define AMBIENT vec3(0.46, 0.44, 0.41)
#define LIGHTS 2

const vec3 WINDOW = vec3(-2.3, 1.45, 0.2);

float room(vec3 o, vec3 d, out vec3 n, out int id) {
  float t = insideBox(o, d, vec3(-2.3, 0.0, -1.35), vec3(2.6, 2.7, 4.2), n);
  id = n.x > 0.5 ? 1 : n.z > 0.5 ? 2 : n.y > 0.5 ? 4 : n.y < -0.5 ? 3 : 5;
  // Skirting, a low sideboard with a lamp and books, a picture, a rug.
  solidBox(o, d, vec3(-2.3, 0.0, -1.35), vec3(2.6, 0.11, -1.332), 10, t, n, id);
  solidBox(o, d, vec3(0.95, 0.14, -1.34), vec3(2.3, 0.62, -0.95), 11, t, n, id);
  solidBox(o, d, vec3(1.05, 0.0, -1.25), vec3(1.1, 0.14, -1.2), 11, t, n, id);
  solidBox(o, d, vec3(1.05, 0.0, -1.06), vec3(1.1, 0.14, -1.01), 11, t, n, id);
  solidCylinder(o, d, vec3(1.22, 0.62, -1.15), 0.075, 0.2, 12, t, n, id);
  solidBox(o, d, vec3(1.5, 0.62, -1.25), vec3(1.76, 0.66, -1.05), 13, t, n, id);
  solidBox(o, d, vec3(1.52, 0.66, -1.24), vec3(1.74, 0.69, -1.06), 14, t, n, id);
  solidBox(o, d, vec3(-0.98, 1.05, -1.35), vec3(-0.38, 1.85, -1.32), 15, t, n, id);
  solidBox(o, d, vec3(-1.15, 0.0, -0.85), vec3(1.1, 0.012, 0.95), 16, t, n, id);
  solidCylinder(o, d, vec3(-1.72, 0.0, -0.92), 0.17, 0.36, 17, t, n, id);
  return t;
}

Mat roomMat(vec3 p, vec3 n, int id) {
  if (id == 4) {
    float row = floor(p.x / 0.16);
    float end = floor(p.z / 1.7 + hash1(vec3(row, 1.0, 2.0)));
    float tone = 0.78 + 0.36 * hash1(vec3(row, end, 4.0));
    vec3 c = plank(p + vec3(row * 1.7, end, row * 0.9), vec3(0.20, 0.12, 0.068), vec3(0.42, 0.285, 0.175), 0.0) * tone;
    float gapX = abs(fract(p.x / 0.16) - 0.5) * 0.16;
    float gapZ = abs(fract(p.z / 1.7 + hash1(vec3(row, 1.0, 2.0))) - 0.5) * 1.7;
    c *= 1.0 - 0.7 * max(smoothstep(0.0782, 0.0796, gapX), smoothstep(0.8485, 0.8497, gapZ));
    return glossy(c, 0.06, 0.24);
  }
  if (id == 1) {
    vec2 w = vec2(p.z, p.y) - WINDOW.zy;
    vec2 e = abs(w) - vec2(0.75, 0.85);
    if (max(e.x, e.y) < 0.0) {
      if (abs(w.x) < 0.025 || abs(w.y - 0.25) < 0.02 || e.x > -0.04 || e.y > -0.04) return matte(vec3(0.75));
      Mat m = matte(vec3(0.02));
      m.emit = outside(vec2(w.x, w.y * 0.5 + 0.66)) * 7.0;
      return m;
    }
  }
  if (id == 10) return matte(vec3(0.72));
  if (id == 11) return glossy(plank(p.zyx, vec3(0.12, 0.065, 0.035), vec3(0.26, 0.15, 0.085), 0.0) * (abs(fract(p.x / 0.45 + 0.1) - 0.5) > 0.494 ? 0.2 : 1.0), 0.05, 0.3);
  if (id == 12) return coated(vec3(0.30, 0.36, 0.34), 1.0, 0.03);
  if (id == 13) return matte(vec3(0.46, 0.16, 0.1));
  if (id == 14) return matte(vec3(0.2, 0.26, 0.34));
  if (id == 15) {
    vec2 f = vec2((p.x + 0.68) / 0.3, (p.y - 1.45) / 0.4);
    vec2 e = abs(f);
    if (max(e.x, e.y) > 0.93) return matte(vec3(0.16, 0.1, 0.06));
    if (e.x > 0.66 || e.y > 0.7) return matte(vec3(0.74));
    float hill = 0.22 * sin(f.x * 3.1 + 0.6) - 0.12;
    float far = 0.1 * sin(f.x * 5.0 + 2.0) + 0.12;
    return matte(f.y < hill ? vec3(0.16, 0.25, 0.24) : f.y < far ? vec3(0.4, 0.46, 0.42) : vec3(0.74, 0.62, 0.46));
  }
  if (id == 16) {
    float stripe = smoothstep(0.46, 0.48, abs(fract(p.x / 0.36) - 0.5));
    vec3 c = mix(vec3(0.58, 0.54, 0.47), vec3(0.34, 0.34, 0.33), stripe);
    return matte(c * (0.68 + 0.5 * fractal(p * 190.0, 3)));
  }
  if (id == 17) return matte(vec3(0.5, 0.38, 0.24) * (0.6 + 0.5 * step(0.5, fract(p.y * 60.0 + 3.0 * floor(atan(p.z + 0.92, p.x + 1.72) * 10.0) * 0.5))));
  if (n.y < -0.5) return matte(vec3(0.82));
  float plaster = 0.96 + 0.06 * fractal(p * 5.0, 4);
  return matte((id == 2 ? vec3(0.60, 0.615, 0.59) : vec3(0.68, 0.66, 0.62)) * plaster);
}

void lamp(int i, out vec3 c, out vec3 a, out vec3 b, out vec3 e) {
  if (i == 0) { c = WINDOW + vec3(0.01, 0.0, 0.0); a = vec3(0.0, 0.85, 0.0); b = vec3(0.0, 0.0, 0.75); e = vec3(5.6, 6.0, 6.4); return; }
  c = vec3(0.4, 2.68, 2.4); a = vec3(1.4, 0.0, 0.0); b = vec3(0.0, 0.0, 1.2); e = vec3(0.8, 0.72, 0.62);
}
