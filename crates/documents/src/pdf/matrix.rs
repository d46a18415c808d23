/// What moves, turns and scales: the six numbers of PDF (ISO 32000-1, 8.3.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f32; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn moved(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This one, then the other.
    pub(super) fn then(&self, other: &Self) -> Self {
        let [ax, ay, bx, by, ..] = other.0;
        let turned = |x: f32, y: f32| (x * ax + y * bx, x * ay + y * by);
        let [xx, xy, yx, yy, right, up] = self.0;
        let ((xx, xy), (yx, yy)) = (turned(xx, xy), turned(yx, yy));
        let (right, up) = other.place(right, up);
        Self([xx, xy, yx, yy, right, up])
    }

    pub(super) fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let [xx, xy, yx, yy, right, up] = self.0;
        (xx * x + yx * y + right, xy * x + yy * y + up)
    }

    /// How much it stretches heights.
    pub(super) fn scale(&self) -> f32 {
        let [_, _, yx, yy, _, _] = self.0;
        yx.hypot(yy)
    }

    /// How large a square of one by one becomes.
    pub(super) fn area(&self) -> f32 {
        let [xx, xy, yx, yy, _, _] = self.0;
        (xx * yy - xy * yx).abs()
    }

    /// Whether text runs from left to right.
    pub(super) fn is_level(&self) -> bool {
        let [xx, xy, ..] = self.0;
        xx > 0.0 && xy.abs() <= xx * 0.2
    }
}
