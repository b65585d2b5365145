// A hatchback in a workshop: daylight from a wall of windows, two rows of lamps above.
uniform vec3 uPaint;
uniform float uPane;   // the share of light that one pane lets through; 0: none, as if painted black
const vec3 LOW = vec3(-2.25, -0.001, -1.09);
const vec3 HIGH = vec3(2.2, 1.52, 1.09);
#define STRIDE 0.86
#define PANES
#define GLASS_SHADOW vec3(0.0)
#define AMBIENT vec3(0.4, 0.4, 0.41)
#define LIGHTS 3

const float AXLE = 1.31;
const float WHEEL = 0.335;

// The metal below the windows: surfaces that bulge a little, rounded where they meet. z is folded.
float lower(vec3 q) {
  float nose = q.x + 0.20 * q.z * q.z + 0.34 * (q.y - 0.52) * (q.y - 0.52) - 2.08;
  float tail = -q.x + 0.13 * q.z * q.z + 0.3 * (q.y - 0.62) * (q.y - 0.62) - 2.06;
  float shoulder = 0.80 - 0.018 * q.x;
  float above = max(0.0, q.y - shoulder);
  float waist = q.y - 0.54 + 0.03 * q.x;
  float side = q.z - 0.885 + 0.42 * above + 0.017 * q.x * q.x + 0.022 * exp(-waist * waist * 60.0) + 0.3 * max(0.0, 0.36 - q.y);
  float hood = (q.y + 0.21 * (q.x - 0.95) + 0.1 * q.z * q.z - 1.005) * 0.97;
  float belt = q.y - 1.02 + 0.03 * q.x;
  float d = smax(smax(nose, tail, 0.16), smax(hood, belt, 0.1), 0.14);
  d = smax(d, side, 0.1);
  return smax(d, 0.19 - q.y, 0.06);
}

// Windscreen, roof, rear window and the glass at the sides.
float upper(vec3 q) {
  float screen = dot(q.xy - vec2(1.06, 0.97), normalize(vec2(0.46, 0.86))) + 0.1 * q.z * q.z;
  float roof = q.y - 1.465 + 0.055 * (q.x + 0.4) * (q.x + 0.4) + 0.09 * q.z * q.z;
  float rear = dot(q.xy - vec2(-2.02, 0.96), normalize(vec2(-0.52, 0.36))) + 0.09 * q.z * q.z;
  float side = (q.z - 0.815 + 0.40 * (q.y - 0.95) + 0.02 * q.x * q.x) * 0.94;
  return smax(smax(smax(screen, roof, 0.14), rear, 0.12), smax(side, 0.8 - q.y, 0.05), 0.09);
}

// Both axles at once: w is the place within the wheel, z the folded one.
float wheel(vec2 w, float z) {
  float r = length(w);
  vec2 e = vec2(r - WHEEL, abs(z - 0.775) - 0.105) + 0.045;
  float tyre = length(max(e, 0.0)) + min(max(e.x, e.y), 0.0) - 0.045;
  tyre = smax(tyre, -max(r - 0.232, 0.79 - z), 0.012);
  float sector = 6.2831853 / 5.0;
  float a = mod(atan(w.y, w.x) + 0.3, sector) - sector * 0.5;
  vec2 u = r * vec2(cos(a), sin(a));
  float spoke = roundBox(vec3(u.x - 0.12, abs(u.y) - 0.012 - 0.1 * u.x, z - 0.835 + 0.11 * u.x), vec3(0.115, 0.016, 0.02), 0.01);
  float hub = max(r - 0.055, abs(z - 0.825) - 0.025);
  float lip = length(vec2(r - 0.228, z - 0.855)) - 0.012;
  return min(min(tyre, lip), smin(spoke, hub, 0.02));
}

float mirrorShape(vec3 q) {
  float head = roundBox(q - vec3(0.74, 1.055, 0.965), vec3(0.055, 0.062, 0.1), 0.045);
  return min(head, capsule(q, vec3(0.76, 0.995, 0.82), vec3(0.75, 1.02, 0.93), 0.02, 0.018));
}

float handles(vec3 q) {
  vec3 h = q - vec3(q.x > -0.62 ? -0.17 : -1.08, 0.775, 0.878);
  return roundBox(h, vec3(0.095, 0.014, 0.02), 0.012);
}

float metal(vec3 q) {
  vec2 w = vec2(abs(q.x) - AXLE, q.y - WHEEL);
  float d = smin(lower(q), upper(q), 0.035);
  return smax(d, -max(length(w) - 0.392, 0.5 - q.z), 0.02);
}

float subject(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = metal(q);
  vec2 w = vec2(abs(q.x) - AXLE, q.y - WHEEL);
  if (length(w) - 0.34 < d) d = min(d, wheel(w, q.z));
  if (q.z > 0.7) d = min(d, min(mirrorShape(q), handles(q)));
  return d;
}

// The body without its wheel arches: what one is inside of, behind a pane.
float shell(vec3 p) { vec3 q = vec3(p.xy, abs(p.z)); return smin(lower(q), upper(q), 0.035); }

// Seats with head rests, a dashboard and a steering wheel.
float cabin(vec3 p) {
  vec3 q = vec3(p.xy, abs(p.z));
  float d = roundBox(q - vec3(0.98, 0.9, 0.0), vec3(0.24, 0.1, 0.66), 0.06);
  for (int i = 0; i < 2; i++) {
    vec3 s = q - vec3(i == 0 ? -0.02 : -0.98, 0.0, 0.36);
    s.x += 0.25 * (s.y - 0.8);
    d = min(d, roundBox(s - vec3(0.0, 0.78, 0.0), vec3(0.07, 0.27, 0.23), 0.06));
    d = min(d, roundBox(s - vec3(0.0, 1.15, 0.0), vec3(0.045, 0.075, 0.115), 0.04));
  }
  vec3 w = p - vec3(0.6, 1.0, -0.36);
  w.xy = turn(0.4) * w.xy;
  return min(d, length(vec2(length(w.yz) - 0.18, w.x)) - 0.016);
}

float plate(vec2 p, vec2 half_, float r) { vec2 e = abs(p) - half_ + r; return length(max(e, 0.0)) + min(max(e.x, e.y), 0.0) - r; }

Mat paint() {
  Mat m = coated(uPaint, 1.0, 0.003);
  m.gloss = 0.3;
  m.tint = uPaint * 1.6 + 0.03;
  m.rough = 0.36;
  return m;
}

Mat gap() { return matte(vec3(0.008)); }

Mat subjectMat(vec3 p, vec3 n) {
  vec3 q = vec3(p.xy, abs(p.z));
  vec2 w = vec2(abs(q.x) - AXLE, q.y - WHEEL);
  float r = length(w);
  if (wheel(w, q.z) < 0.004 && r < 0.34) {
    if (r > 0.238) {
      float wall = step(0.02, abs(fract(r * 40.0) - 0.5) - 0.44) * step(r, 0.315);
      return glossy(vec3(0.017 + 0.01 * wall), 0.035, 0.42);
    }
    if (q.z < 0.8) return glossy(vec3(0.10), 0.25, 0.35);
    return glossy(vec3(0.36, 0.37, 0.38), 0.5, 0.26);
  }
  if (mirrorShape(q) < 0.004 && q.z > 0.84) { if (q.y < 1.02) return glossy(vec3(0.02), 0.04, 0.3); return paint(); }
  if (handles(q) < 0.003) return paint();
  if (r < 0.4 && q.y < 0.74 && (dot(n.xy, w) < 0.0 || q.z < 0.7)) return matte(vec3(0.006));
  if (q.y < 0.275) return glossy(vec3(0.018), 0.03, 0.4);

  Mat glass = coated(vec3(0.006, 0.0075, 0.0075), 1.7, 0.0);
  glass.pane = uPane > 0.0;
  Mat trim = glossy(vec3(0.012), 0.05, 0.25);
  bool side = n.z * sign(p.z) > 0.55;
  if (side && q.y > 0.985) {
    float front = 0.80 - (q.y - 1.0) * 1.62;
    float back = -1.72 + (q.y - 1.0) * 0.75;
    float inside = min(min(front - q.x, q.x - back) * 0.5, min(q.y - 1.005, 1.335 - 0.03 * (q.x + 0.4) * (q.x + 0.4) - q.y));
    if (inside > 0.0) {
      if (inside < 0.010 || abs(q.x + 0.34) < 0.04 || abs(q.x + 1.16) < 0.018) return trim;
      return glass;
    }
  }
  if (n.x > 0.25 && q.y > 0.985 && q.x < 1.06) {
    float inside = min(min(0.735 - 0.36 * (q.y - 0.95) - q.z, 1.405 - q.y), q.y - 0.992);
    if (inside > 0.0) { if (inside < 0.02) return trim; return glass; }
  }
  if (n.x < -0.3 && q.y > 1.02 && q.x < -1.2) {
    float inside = min(min(0.62 - 0.3 * (q.y - 1.0) - q.z, 1.36 - q.y), q.y - 1.04);
    if (inside > 0.0) { if (inside < 0.02) return trim; return glass; }
  }

  if (q.x > 1.55 && n.x > 0.02) {
    // Lamps that sweep into the wing, a slim grille between them, an intake and a blank plate.
    vec2 l = vec2(q.z - 0.64, q.y - 0.715 - 0.16 * (q.z - 0.64));
    float lampShape = plate(l, vec2(0.2, 0.055), 0.035);
    if (lampShape < 0.0) {
      if (lampShape > -0.006) return trim;
      float a = length(l - vec2(-0.075, 0.0));
      float b = length(l - vec2(0.07, 0.0));
      float unit = min(a, b);
      Mat m = coated(vec3(0.05), 1.3, 0.0);
      if (unit < 0.04) { m.albedo = vec3(mix(0.65, 0.2, smoothstep(0.0, 0.036, unit))); m.gloss = 0.5; m.rough = 0.2; }
      if (l.y > 0.026 && l.y < 0.038) m.emit = vec3(0.9, 0.95, 1.0) * 0.9;
      return m;
    }
    float grille = plate(vec2(q.z, q.y - 0.70), vec2(0.42, 0.045), 0.02);
    if (grille < 0.0) {
      if (grille > -0.007) return glossy(vec3(0.5), 0.6, 0.2);
      if (length(vec2(p.z, q.y - 0.70)) < 0.036) return glossy(vec3(0.55), 0.6, 0.2);
      return glossy(vec3(0.012) + 0.05 * step(0.6, fract(q.y * 46.0)), 0.08, 0.3);
    }
    if (plate(vec2(q.z, q.y - 0.515), vec2(0.26, 0.056), 0.008) < 0.0) return glossy(vec3(0.72), 0.04, 0.3);
    float intake = plate(vec2(q.z, q.y - 0.375), vec2(0.66 - 0.3 * max(0.0, 0.4 - q.y), 0.075), 0.04);
    if (intake < 0.0) return glossy(vec3(0.012) + 0.025 * step(0.5, fract(q.z * 22.0)) * step(0.5, fract(q.y * 30.0)), 0.03, 0.4);
    if (plate(vec2(q.z - 0.74, q.y - 0.40), vec2(0.05, 0.05), 0.03) < 0.0) return coated(vec3(0.3), 1.0, 0.0);
    if (abs(q.y - 0.615) < 0.0035 && q.z < 0.44) return gap();
  }
  if (q.x < -1.72 && n.x < -0.02) {
    vec2 l = vec2(q.z - 0.66, q.y - 0.82);
    float tailLamp = plate(l, vec2(0.2, 0.07), 0.04);
    if (tailLamp < 0.0) {
      Mat m = coated(tailLamp > -0.006 ? vec3(0.02) : vec3(0.32, 0.008, 0.01) * (0.6 + 0.6 * step(0.5, fract(l.x * 26.0))), 1.3, 0.0);
      if (abs(l.y - 0.02) < 0.012) m.emit = vec3(0.5, 0.01, 0.01);
      return m;
    }
    if (plate(vec2(q.z, q.y - 0.62), vec2(0.26, 0.056), 0.008) < 0.0) return glossy(vec3(0.72), 0.04, 0.3);
    if (q.y < 0.42) return glossy(vec3(0.02), 0.04, 0.4);
  }

  float line = 0.0042;
  if (side && q.y > 0.30 && q.y < 1.0) {
    float rearDoor = -1.16 + 0.28 * smoothstep(0.62, 0.40, q.y);
    if (abs(q.x - 0.83 + 0.05 * (q.y - 0.6)) < line || abs(q.x + 0.34) < line || abs(q.x - rearDoor) < line) return gap();
    if (q.x > rearDoor && q.x < 0.83 && abs(q.y - 0.335) < line) return gap();
    if (length(vec2(q.x + 1.52, q.y - 0.8)) > 0.072 && length(vec2(q.x + 1.52, q.y - 0.8)) < 0.076 && p.z < 0.0) return gap();
  }
  if (q.x > 0.98 && q.x < 1.86 && n.y > 0.4 && abs(q.z - 0.745 + 0.05 * (q.x - 1.0)) < line) return gap();
  if (q.x > 1.80 && q.x < 1.9 && abs(q.x - 1.86 + 0.2 * q.z * q.z) < line * 1.3 && n.y > 0.2 && q.z < 0.74) return gap();
  return paint();
}

// The workshop.
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
