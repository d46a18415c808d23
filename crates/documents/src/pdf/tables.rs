use super::content::Rule;
use super::lines::Segment;

/// Lines that stand in rows of cells.
#[derive(Debug)]
pub(super) struct Found {
    /// Lines of the page that the table takes.
    pub(super) lines: usize,
    pub(super) rows: Vec<Vec<String>>,
}

/// Distance between two lines of one cell, as a share of the size of letters, at most.
const SAME_CELL: f32 = 1.4;
/// Distance between two rows of one table, at most.
const SAME_TABLE: f32 = 5.0;
/// How far above and below a line the borders of its row may be.
const BORDER: f32 = 3.5;
/// How much larger the distances between rows are than those between lines of a cell.
const LARGER: f32 = 1.15;

/// The table that begins at the first of these lines, if one does.
pub(super) fn table_at(lines: &[Vec<Segment>], rules: &[Rule]) -> Option<Found> {
    let first = lines.first().filter(|line| line.len() > 1)?;
    let mut columns = united(first.iter().map(|cell| (cell.left, cell.right)));
    let mut taken = 1;
    let mut full_lines = 1;
    for pair in lines.windows(2) {
        let [above, below] = pair else { break };
        let Some(grown) = grown(&columns, above, below, rules) else { break };
        columns = grown;
        taken += 1;
        full_lines += usize::from(below.len() > 1);
    }
    let lines = lines.get(..taken)?;
    (full_lines > 1).then(|| Found { lines: taken, rows: rows(lines, &columns, rules) })
}

/// The columns once a line is added, or nothing when the line is not of the table.
fn grown(columns: &[(f32, f32)], above: &[Segment], below: &[Segment], rules: &[Rule]) -> Option<Vec<(f32, f32)>> {
    let (Some(last), Some(line)) = (above.first(), below.first()) else { return None };
    let gap = last.y - line.y;
    if gap > SAME_TABLE * line.size {
        return None;
    }
    if below.len() == 1 {
        let is_inside = columns.iter().any(|(left, right)| line.left >= left - 2.0 && line.right <= right + line.size);
        let is_close = gap <= SAME_CELL * line.size;
        if !(is_inside && is_close || is_between_rules(line, rules)) {
            return None;
        }
    }
    let cells: Vec<(f32, f32)> = below.iter().map(|cell| (cell.left, cell.right)).collect();
    let all = united(columns.iter().chain(&cells).copied());
    // A line that runs over two columns is of another table, or of none.
    (are_apart(columns, &all) && are_apart(&cells, &all)).then_some(all)
}

/// Whether no two of these intervals stand in the same column.
fn are_apart(intervals: &[(f32, f32)], columns: &[(f32, f32)]) -> bool {
    columns.iter().all(|(left, right)| intervals.iter().filter(|(from, to)| from <= right && to >= left).count() <= 1)
}

fn is_between_rules(line: &Segment, rules: &[Rule]) -> bool {
    let near = |rule: &&Rule| rule.left <= line.right && rule.right >= line.left;
    let reach = BORDER * line.size;
    rules.iter().filter(near).any(|rule| rule.y > line.y && rule.y < line.y + reach)
        && rules.iter().filter(near).any(|rule| rule.y < line.y - 0.2 * line.size && rule.y > line.y - reach)
}

/// Intervals, those that overlap as one.
fn united(intervals: impl Iterator<Item = (f32, f32)>) -> Vec<(f32, f32)> {
    let mut sorted: Vec<(f32, f32)> = intervals.collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut united: Vec<(f32, f32)> = Vec::new();
    for (left, right) in sorted {
        match united.last_mut() {
            Some(last) if left <= last.1 => last.1 = last.1.max(right),
            _ => united.push((left, right)),
        }
    }
    united
}

fn rows(lines: &[Vec<Segment>], columns: &[(f32, f32)], rules: &[Rule]) -> Vec<Vec<String>> {
    let gaps: Vec<f32> = lines.windows(2).filter_map(gap).collect();
    let smallest = gaps.iter().copied().min_by(f32::total_cmp).unwrap_or(0.0);
    let largest = gaps.iter().copied().max_by(f32::total_cmp).unwrap_or(0.0);
    let differ = largest > LARGER * smallest;
    let is_ruled = lines.windows(2).any(|pair| is_parted(pair, rules));
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut above: Option<&Vec<Segment>> = None;
    for line in lines {
        let goes_on = above.is_some_and(|above| {
            let pair = [above.clone(), line.clone()];
            let close = line.first().is_some_and(|cell| gap(&pair).is_some_and(|gap| gap <= SAME_CELL * cell.size));
            if is_ruled { close && !is_parted(&pair, rules) } else { close && differ }
        });
        if !goes_on {
            rows.push(vec![String::new(); columns.len()]);
        }
        if let Some(row) = rows.last_mut() {
            fill(row, line, columns);
        }
        above = Some(line);
    }
    rows
}

fn gap(pair: &[Vec<Segment>]) -> Option<f32> {
    let [above, below] = pair else { return None };
    Some(above.first()?.y - below.first()?.y)
}

/// Whether a border stands between two lines, over a cell of the lower one.
fn is_parted(pair: &[Vec<Segment>], rules: &[Rule]) -> bool {
    let [above, below] = pair else { return false };
    let Some(top) = above.first() else { return false };
    below.iter().any(|cell| {
        rules.iter().any(|rule| {
            // An underline is closer to its letters than a border.
            rule.y < top.y - 0.17 * top.size
                && rule.y > cell.y + 0.3 * cell.size
                && rule.left <= cell.left + cell.size
                && rule.right >= cell.right - cell.size
        })
    })
}

fn fill(row: &mut [String], line: &[Segment], columns: &[(f32, f32)]) {
    for cell in line {
        let at = columns.iter().position(|(left, right)| cell.left <= *right && cell.right >= *left);
        if let Some(text) = at.and_then(|at| row.get_mut(at)) {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(cell.text.trim());
        }
    }
}
