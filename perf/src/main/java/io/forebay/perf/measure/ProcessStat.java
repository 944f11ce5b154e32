package io.forebay.perf.measure;

/// One line of `/proc/PID/stat`, as far as it matters here.
///
/// @param cpuTicks user and system time of the process and of the children it has waited for, in clock ticks
public record ProcessStat(long pid, long parentPid, long cpuTicks) {

    /// Parses the line; the command name may hold blanks and parentheses, so fields count from its last parenthesis.
    ///
    /// @throws IllegalArgumentException when the line is no stat line
    public static ProcessStat parse(String line) {
        int open = line.indexOf('(');
        int close = line.lastIndexOf(')');
        if (open < 1 || close < open) {
            throw new IllegalArgumentException("not a stat line: " + line);
        }
        String[] fields = line.substring(close + 1).strip().split(" ", -1);
        if (fields.length < 15) {
            throw new IllegalArgumentException("a stat line of " + fields.length + " fields: " + line);
        }
        long ticks = 0;
        for (int field = 11; field <= 14; field++) { // utime, stime, cutime, cstime
            ticks += Long.parseLong(fields[field]);
        }
        return new ProcessStat(Long.parseLong(line.substring(0, open).strip()), Long.parseLong(fields[1]), ticks);
    }
}
