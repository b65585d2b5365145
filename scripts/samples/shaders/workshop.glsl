// A workshop: daylight from a wall of windows, two rows of lamps above.
#define AMBIENT vec3(0.4, 0.4, 0.41)
#define LIGHTS 3

const vec3 ROOM_LOW = vec3(-6.5, 0.0, -4.4);
const vec3 ROOM_HIGH = vec3(6.5, 4.2, 8.0);

float room(vec3 o, vec3 d, out vec3 n, out int id) {
  float t = insideBox(o, d, ROOM_LOW, ROOM_HIGH, n);
  id = n.x > 0.5 ? 1 : n.x < -0.5 ? 5 : n.z > 0.5 ? 2 : n.y > 0.5 ? 4 : n.y < -0.5 ? 3 : 6;
  // A workbench with drawers, a cabinet, tyres, a canister, a beam.
  solidBox(o, d, vec3(2.2, 0.0, -4.4), vec3(5.4, 0.86, -3.7), 10, t, n, id);
  solidBox(o, d, vec3(2.1, 0.86, -4.4), vec3(5.5, 0.92, -3.62), 11, t, n, id);
  solidBox(o, d, vec3(-5.9, 0.0, -4.4), vec3(-4.7, 2.05, -3.75), 12, t, n, id);
  for (int i = 0; i < 3; i++) solidCylinder(o, d, vec3(-3.75, 0.23 * float(i), -3.8), 0.34, 0.215, 13, t, n, id);
  solidCylinder(o, d, vec3(2.75, 0.92, -4.05), 0.1, 0.3, 14, t, n, id);
  solidBox(o, d, vec3(3.3, 0.92, -4.3), vec3(3.85, 1.2, -4.0), 15, t, n, id);
  solidBox(o, d, vec3(4.3, 0.92, -4.25), vec3(4.75, 1.08, -3.95), 16, t, n, id);
  solidBox(o, d, vec3(2.3, 1.75, -4.4), vec3(5.2, 1.79, -4.12), 11, t, n, id);
  solidBox(o, d, vec3(2.6, 1.79, -4.35), vec3(2.95, 2.05, -4.15), 16, t, n, id);
  solidCylinder(o, d, vec3(3.5, 1.79, -4.26), 0.09, 0.24, 15, t, n, id);
  solidCylinder(o, d, vec3(3.8, 1.79, -4.26), 0.09, 0.24, 14, t, n, id);
  solidBox(o, d, vec3(-6.5, 3.72, -1.7), vec3(6.5, 4.2, -1.45), 17, t, n, id);
  return t;
}

Mat roomMat(vec3 p, vec3 n, int id) {
  if (id == 4) {
    // Power-floated concrete: clouds, joints, a tyre mark, a little sheen.
    float clouds = fractal(p * vec3(0.9, 1.0, 0.9) + 3.0, 5);
    float fine = fractal(p * 26.0, 3);
    vec3 c = vec3(0.30, 0.295, 0.285) * (0.72 + 0.42 * clouds + 0.14 * fine);
    float joint = min(abs(fract(p.x / 3.2 + 0.31) - 0.5), abs(fract(p.z / 3.2 + 0.12) - 0.5)) * 3.2;
    c *= 1.0 - 0.55 * smoothstep(0.008, 0.003, joint);
    float mark = smoothstep(0.11, 0.06, abs(p.z - 0.8 + 0.1 * sin(p.x * 0.7))) * smoothstep(-2.0, -4.6, p.x);
    c *= 1.0 - 0.3 * mark * (0.5 + fractal(p * 9.0, 3));
    Mat m = glossy(c, 0.05 + 0.05 * smoothstep(0.35, 0.7, clouds), 0.24);
    return m;
  }
  if (id == 1) {
    // Windows from the sill to the beam, in steel frames.
    vec2 w = vec2(p.z, p.y);
    if (w.y > 1.0 && w.y < 3.6 && w.x > -3.9 && w.x < 7.0) {
      vec2 f = abs(fract(vec2((w.x + 3.9) / 1.09, (w.y - 1.0) / 0.867)) - 0.5);
      if (f.x > 0.475 || f.y > 0.47) return matte(vec3(0.05));
      Mat m = matte(vec3(0.02));
      m.emit = outside(vec2(w.x * 0.16 + 0.5, (w.y - 0.4) * 0.34)) * 5.4;
      return m;
    }
    return matte(vec3(0.55, 0.54, 0.52));
  }
  if (id == 2) {
    // A roller door on the left, painted brick on the right.
    if (p.x > -3.0 && p.x < 1.4 && p.y < 3.0) {
      float slat = abs(fract(p.y / 0.11) - 0.5);
      vec3 c = vec3(0.36, 0.375, 0.38) * (0.86 + 0.3 * slat) * (0.94 + 0.1 * fractal(p * vec3(1.0, 9.0, 1.0), 3));
      if (p.x < -2.93 || p.x > 1.33 || p.y > 2.93) return matte(vec3(0.10));
      return glossy(c, 0.12, 0.4);
    }
    vec2 b = vec2(p.x / 0.25, p.y / 0.078);
    b.x += 0.5 * mod(floor(b.y), 2.0);
    vec2 e = abs(fract(b) - 0.5);
    float mortar = max(smoothstep(0.465, 0.482, e.x), smoothstep(0.42, 0.46, e.y));
    float tone = 0.86 + 0.2 * hash1(vec3(floor(b), 5.0)) + 0.1 * fractal(p * 18.0, 3);
    vec3 c = p.y > 1.2 ? vec3(0.56, 0.55, 0.53) : vec3(0.22, 0.25, 0.27);
    return glossy(c * tone * (1.0 - 0.28 * mortar), 0.02, 0.4);
  }
  if (id == 3) {
    float rail = min(abs(p.z - 1.1), abs(p.z + 2.6));
    if (rail < 0.16 && abs(p.x) < 4.6) {
      Mat m = matte(vec3(0.8));
      m.emit = vec3(9.0, 9.3, 9.6);
      return m;
    }
    return matte(vec3(0.42));
  }
  if (id == 10) {
    vec2 f = abs(fract(vec2(p.x / 0.8 + 0.25, p.y / 0.215)) - 0.5);
    return glossy(f.x > 0.485 || f.y > 0.46 ? vec3(0.02) : vec3(0.42, 0.07, 0.05), 0.06, 0.3);
  }
  if (id == 11) return matte(vec3(0.36, 0.25, 0.15) * (0.7 + 0.6 * fractal(vec3(p.x * 3.0, p.y * 30.0, p.z * 30.0), 4)));
  if (id == 12) return glossy(abs(p.x + 5.3) < 0.006 ? vec3(0.03) : vec3(0.19, 0.22, 0.25), 0.06, 0.3);
  if (id == 13) return glossy(vec3(0.018) + 0.012 * step(0.6, fract(p.y * 42.0)), 0.03, 0.45);
  if (id == 14) return glossy(vec3(0.5, 0.36, 0.06), 0.06, 0.3);
  if (id == 15) return glossy(vec3(0.1, 0.2, 0.34), 0.06, 0.3);
  if (id == 16) return matte(vec3(0.44, 0.33, 0.22));
  if (id == 17) return matte(vec3(0.30, 0.31, 0.32));
  return matte(vec3(0.5, 0.49, 0.47));
}

void lamp(int i, out vec3 c, out vec3 a, out vec3 b, out vec3 e) {
  if (i == 0) { c = vec3(-6.48, 2.3, 1.55); a = vec3(0.0, 1.3, 0.0); b = vec3(0.0, 0.0, 5.4); e = vec3(3.7, 4.0, 4.3); return; }
  c = vec3(0.0, 4.19, i == 1 ? 1.1 : -2.6);
  a = vec3(4.6, 0.0, 0.0);
  b = vec3(0.0, 0.0, 0.16);
  e = vec3(9.0, 9.3, 9.6);
}
