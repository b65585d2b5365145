// A kitchen table, a window from the left.
#define AMBIENT vec3(0.5, 0.48, 0.45)
#define LIGHTS 2

const vec3 WINDOW = vec3(-1.9, 0.85, 0.35);

float room(vec3 o, vec3 d, out vec3 n, out int id) {
  float t = insideBox(o, d, vec3(-1.9, -0.9, -0.95), vec3(2.4, 1.9, 2.6), n);
  vec3 p = o + d * t;
  id = n.x > 0.5 ? 1 : n.z > 0.5 ? 2 : n.y > 0.5 ? 3 : 0;
  solidBox(o, d, vec3(-1.2, -0.04, -0.5), vec3(1.3, 0.0, 0.8), 10, t, n, id);
  // Worktop and cupboards at the back, and what stands on them.
  solidBox(o, d, vec3(-1.9, -0.02, -0.95), vec3(2.4, 0.02, -0.6), 11, t, n, id);
  solidBox(o, d, vec3(-1.9, -0.9, -0.93), vec3(2.4, -0.02, -0.62), 12, t, n, id);
  solidCylinder(o, d, vec3(0.4, 0.02, -0.75), 0.075, 0.17, 13, t, n, id);
  solidCylinder(o, d, vec3(0.62, 0.02, -0.78), 0.055, 0.12, 14, t, n, id);
  solidBox(o, d, vec3(-0.62, 0.02, -0.9), vec3(-0.3, 0.34, -0.86), 15, t, n, id);
  solidCylinder(o, d, vec3(-0.15, 0.02, -0.8), 0.06, 0.2, 16, t, n, id);
  solidBox(o, d, vec3(-1.9, 0.62, -0.95), vec3(2.4, 0.65, -0.72), 15, t, n, id);
  solidCylinder(o, d, vec3(-0.42, 0.65, -0.84), 0.07, 0.11, 14, t, n, id);
  solidCylinder(o, d, vec3(0.2, 0.65, -0.84), 0.05, 0.16, 13, t, n, id);
  return t;
}

vec3 wood(vec3 p, vec3 dark, vec3 pale) {
  float grain = fractal(vec3(p.x * 3.0, p.y * 40.0, p.z * 46.0), 4);
  float rings = 0.5 + 0.5 * sin(p.z * 190.0 + 9.0 * fractal(p * vec3(2.5, 6.0, 9.0), 3));
  return mix(dark, pale, clamp(0.25 + 0.55 * grain + 0.28 * rings, 0.0, 1.0));
}

Mat roomMat(vec3 p, vec3 n, int id) {
  if (id == 10) {
    // Boards, oiled, with a crumb and a scratch here and there.
    float board = floor(p.z / 0.145 + 0.3);
    float gap = smoothstep(0.0016, 0.0004, abs(fract(p.z / 0.145 + 0.3) - 0.5) * -0.145 + 0.0725);
    vec3 c = wood(p + vec3(board * 3.1, 0.0, board * 0.37), vec3(0.2, 0.105, 0.05), vec3(0.47, 0.3, 0.17));
    c *= 0.9 + 0.2 * hash1(vec3(board, 2.0, 7.0));
    c *= 1.0 - 0.75 * gap;
    Mat m = glossy(c, 0.055 + 0.03 * fractal(p * 30.0, 2), 0.3);
    return m;
  }
  if (id == 2) {
    // Tiles on the wall up to the shelf, paint above.
    if (p.y > 0.62) return matte(vec3(0.72, 0.7, 0.66));
    vec2 q = vec2(p.x / 0.15, p.y / 0.075);
    q.x += 0.5 * mod(floor(q.y), 2.0);
    vec2 e = abs(fract(q) - 0.5);
    float grout = max(smoothstep(0.482, 0.49, e.x), smoothstep(0.465, 0.48, e.y));
    float tone = 0.94 + 0.08 * hash1(vec3(floor(q), 3.0));
    Mat m = coated(mix(vec3(0.74, 0.76, 0.73) * tone, vec3(0.5, 0.49, 0.47), grout), 1.0 - grout, 0.03);
    return m;
  }
  if (id == 11) return glossy(vec3(0.52, 0.5, 0.47) * (0.9 + 0.2 * fractal(p * 60.0, 3)), 0.06, 0.25);
  if (id == 12) return glossy(vec3(0.2, 0.27, 0.27), 0.04, 0.4);
  if (id == 13) return coated(vec3(0.16, 0.3, 0.36), 1.0, 0.02);
  if (id == 14) return coated(vec3(0.68, 0.62, 0.5), 1.0, 0.02);
  if (id == 15) return matte(wood(p.zxy, vec3(0.28, 0.16, 0.08), vec3(0.5, 0.34, 0.2)));
  if (id == 16) return coated(vec3(0.55, 0.2, 0.1), 1.0, 0.02);
  if (id == 1) {
    vec3 q = p - WINDOW;
    vec2 w = abs(vec2(q.z, q.y)) - vec2(0.62, 0.55);
    if (max(w.x, w.y) < 0.0) {
      float bar = min(abs(q.z), min(abs(abs(q.z) - 0.62), abs(abs(q.y) - 0.55)));
      if (bar < 0.025) return matte(vec3(0.75));
      Mat m = matte(vec3(0.02));
      m.emit = outside(vec2(q.z, q.y * 0.9 + 0.62)) * 7.5;
      return m;
    }
  }
  if (n.y > 0.5) return matte(vec3(0.3, 0.24, 0.19));
  if (n.y < -0.5) return matte(vec3(0.8));
  if (n.z < -0.5) return matte(vec3(0.5, 0.47, 0.43));
  return matte(vec3(0.7, 0.67, 0.62));
}

void lamp(int i, out vec3 c, out vec3 a, out vec3 b, out vec3 e) {
  if (i == 0) { c = WINDOW + vec3(0.01, 0.0, 0.0); a = vec3(0.0, 0.55, 0.0); b = vec3(0.0, 0.0, 0.6); e = vec3(6.2, 6.6, 7.0); return; }
  // The room behind the camera: a pale, large, weak source.
  c = vec3(0.6, 1.88, 1.2); a = vec3(1.2, 0.0, 0.0); b = vec3(0.0, 0.0, 0.9); e = vec3(0.75, 0.66, 0.55);
}
