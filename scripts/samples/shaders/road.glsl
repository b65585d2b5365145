// A road in the sun: asphalt, a kerb, a pavement, a wall with a hedge, houses beyond. The sun is a lamp far away; the sky shines where it is met.
#define SKY true
#define AMBIENT vec3(0.30, 0.37, 0.48)
#define LIGHTS 1

const vec3 ROOM_LOW = vec3(-60.0, 0.0, -34.0);
const vec3 ROOM_HIGH = vec3(60.0, 48.0, 40.0);
const vec3 SUN = vec3(-21.0, 33.0, -13.0);

float room(vec3 o, vec3 d, out vec3 n, out int id) {
  float t = insideBox(o, d, ROOM_LOW, ROOM_HIGH, n);
  id = n.y > 0.5 ? 4 : 1;
  solidBox(o, d, vec3(-60.0, 0.0, -3.42), vec3(60.0, 0.13, -3.25), 10, t, n, id);
  solidBox(o, d, vec3(-60.0, 0.0, -6.0), vec3(60.0, 0.12, -3.42), 11, t, n, id);
  solidBox(o, d, vec3(-60.0, 0.0, -6.3), vec3(60.0, 0.95, -6.0), 12, t, n, id);
  solidBox(o, d, vec3(-60.0, 0.95, -7.4), vec3(60.0, 2.0, -6.15), 13, t, n, id);
  for (int i = 0; i < 4; i++) {
    float x = -24.0 + 15.0 * float(i);
    solidBox(o, d, vec3(x, 0.0, -26.0), vec3(x + 11.0, 6.4 + 0.8 * float(i % 2), -16.0), 14 + i % 2, t, n, id);
  }
  solidCylinder(o, d, vec3(-5.6, 0.1, -4.4), 0.055, 6.0, 16, t, n, id);
  return t;
}

Mat roomMat(vec3 p, vec3 n, int id) {
  if (id == 4) {
    // Worn asphalt with a mended strip and a broken line.
    float stones = noise3(p * 210.0) + 0.6 * noise3(p * 95.0);
    float wear = fractal(p * vec3(0.5, 1.0, 1.6) + 4.0, 4);
    vec3 c = vec3(0.052, 0.052, 0.055) * (0.55 + 0.5 * wear + 0.45 * stones);
    float mended = smoothstep(0.02, 0.0, abs(p.z + 2.2 + 0.05 * noise3(p * 1.5)) - 0.45);
    c *= 1.0 - 0.3 * mended;
    float worn = smoothstep(0.32, 0.5, fractal(p * 14.0, 3));
    if (abs(p.z - 2.35) < 0.065 && fract(p.x / 5.2 + 0.3) < 0.55) c = mix(c, vec3(0.5), worn);
    float crack = abs(p.x - 1.9 - 0.5 * fractal(vec3(p.z * 1.4, 1.0, 6.0), 4) + 0.3 * p.z);
    c *= 1.0 - 0.6 * smoothstep(0.012, 0.004, crack);
    return glossy(c, 0.02, 0.5);
  }
  if (id == 10) return matte(vec3(0.36, 0.35, 0.33) * (0.75 + 0.4 * fractal(p * vec3(8.0, 40.0, 40.0), 3)) * (abs(fract(p.x) - 0.5) > 0.494 ? 0.3 : 1.0));
  if (id == 11) {
    vec2 f = abs(fract(vec2(p.x / 0.4, p.z / 0.4)) - 0.5);
    return matte(vec3(0.27, 0.265, 0.255) * (0.8 + 0.3 * fractal(p * 9.0, 4)) * (max(f.x, f.y) > 0.488 ? 0.5 : 1.0));
  }
  if (id == 12) {
    vec2 b = vec2(p.x / 0.25, p.y / 0.08);
    b.x += 0.5 * mod(floor(b.y), 2.0);
    vec2 e = abs(fract(b) - 0.5);
    float mortar = max(smoothstep(0.46, 0.48, e.x), smoothstep(0.41, 0.45, e.y));
    vec3 c = mix(vec3(0.26, 0.12, 0.085), vec3(0.32, 0.2, 0.15), hash1(vec3(floor(b), 2.0)));
    return matte(mix(c, vec3(0.36, 0.34, 0.31), mortar) * (0.8 + 0.3 * fractal(p * 20.0, 3)));
  }
  if (id == 13) {
    float leaves = fractal(p * 17.0, 4);
    return matte(vec3(0.085, 0.13, 0.04) * (0.15 + 1.9 * smoothstep(0.25, 0.72, leaves)));
  }
  if (id == 14 || id == 15) {
    vec3 c = id == 14 ? vec3(0.55, 0.5, 0.42) : vec3(0.42, 0.27, 0.21);
    vec2 w = abs(fract(vec2(p.x / 2.6, (p.y - 0.4) / 2.8)) - 0.5);
    if (n.z > 0.5 && w.x < 0.19 && w.y < 0.28) {
      if (w.x > 0.165 || w.y > 0.255) return matte(vec3(0.7));
      return coated(vec3(0.03), 1.0, 0.0);
    }
    return matte(c * (0.9 + 0.2 * fractal(p * 2.0, 3)));
  }
  if (id == 16) return glossy(vec3(0.12, 0.13, 0.13), 0.1, 0.35);
  // The sky, paler towards the horizon, with a few clouds.
  vec3 v = normalize(p - vec3(0.0, 1.0, 4.0));
  float clouds = smoothstep(0.42, 0.75, fractal(v * vec3(4.0, 11.0, 4.0) + 2.0, 5));
  vec3 sky = mix(vec3(0.95, 0.98, 1.0), vec3(0.3, 0.46, 0.74), smoothstep(0.0, 0.55, v.y));
  Mat m = matte(vec3(0.0));
  m.emit = mix(sky, vec3(1.15, 1.12, 1.08), 0.7 * clouds);
  return m;
}

void lamp(int i, out vec3 c, out vec3 a, out vec3 b, out vec3 e) {
  c = SUN;
  vec3 to = normalize(SUN);
  a = 0.24 * normalize(cross(to, vec3(0.0, 1.0, 0.0)));
  b = 0.24 * cross(a / 0.24, to);
  e = vec3(76000.0, 70000.0, 60000.0);
}
