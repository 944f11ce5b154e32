package io.forebay.main.doctor;

/// What a check found.
///
/// @param check its name, stable
/// @param figure what was measured or read, with its unit
/// @param advice what to do; empty when all is well
record Finding(String check, Level level, String figure, String advice) {
    enum Level {
        OK,
        WARNING,
        FAILED
    }

    static Finding ok(String check, String figure) {
        return new Finding(check, Level.OK, figure, "");
    }

    static Finding warning(String check, String figure, String advice) {
        return new Finding(check, Level.WARNING, figure, advice);
    }

    static Finding failed(String check, String figure, String advice) {
        return new Finding(check, Level.FAILED, figure, advice);
    }
}
