//! What drawings share: a scale of hours, names that fit, text that is no markup.

/// Round hours for a scale of so many marks.
pub(crate) fn ticks(end_h: f64, marks: usize) -> impl Iterator<Item = f64> {
    const STEPS: [u32; 12] = [1, 2, 3, 4, 6, 12, 24, 48, 96, 168, 336, 672];
    let marks = u32::try_from(marks.max(1)).unwrap_or(u32::MAX);
    let fits = |step: &&u32| f64::from(**step) * f64::from(marks) >= end_h;
    let step = f64::from(STEPS.iter().find(fits).copied().unwrap_or(8760));
    (0..=marks).map(move |mark| f64::from(mark) * step).filter(move |hour| *hour <= end_h)
}

/// A name cut to so many letters.
pub(crate) fn short(name: &str, letters: usize) -> String {
    if name.chars().count() <= letters {
        return name.to_owned();
    }
    name.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

/// Text for the inside of an element or of an attribute.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
