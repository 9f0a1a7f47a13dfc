# Runs unittest as `python -m unittest` does and writes JUnit XML, which the standard library cannot.
# Arguments: the report's path, the suite's name, then unittest's own. What is needed later is bound before
# any code of the repository is imported.
import io
import os
import sys
import time
import unittest
from xml.sax.saxutils import quoteattr

report_path, suite_name = sys.argv[1:3]
arguments = sys.argv[3:]
del sys.argv[1:]
os.environ.pop("DATACURVE_UNITTEST", None)


class RecordingResult(unittest.TextTestResult):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.records = []
        self.started = 0.0

    def startTest(self, test):
        self.started = time.perf_counter()
        super().startTest(test)

    def record(self, test, status, message=""):
        seconds = time.perf_counter() - self.started if self.started else 0.0
        self.records.append((test.id(), status, str(message), seconds))

    def addSuccess(self, test):
        super().addSuccess(test)
        self.record(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.record(test, "failure", self._exc_info_to_string(err, test))

    def addError(self, test, err):
        super().addError(test, err)
        self.record(test, "error", self._exc_info_to_string(err, test))

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.record(test, "skipped", reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.record(test, "skipped", "expected failure")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.record(test, "failure", "unexpected success")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            failed = issubclass(err[0], test.failureException)
            self.record(test, "failure" if failed else "error", self._exc_info_to_string(err, test))


def attribute(text):
    clean = "".join(c if c >= " " or c in "\t\n" else "\ufffd" for c in text)
    return quoteattr(clean.encode("utf-8", "replace").decode("utf-8"))


def write_report(records, open=open, replace=os.replace):
    text = io.StringIO()
    text.write("<testsuites><testsuite name=%s>\n" % attribute(suite_name))
    for name, status, message, seconds in records:
        owner, _, method = name.rpartition(".") if "(" not in name else ("", "", name)
        text.write("<testcase classname=%s name=%s" % (attribute(owner), attribute(method)))
        text.write(' time="%.6f"' % seconds)
        detail = "><%s message=%s/></testcase>\n" % (status, attribute(message[:2000]))
        text.write("/>\n" if status == "passed" else detail)
    text.write("</testsuite></testsuites>\n")
    with open(report_path + ".part", "w", encoding="utf-8") as part:
        part.write(text.getvalue())
    replace(report_path + ".part", report_path)


class RecordingRunner(unittest.TextTestRunner):
    resultclass = RecordingResult

    def run(self, test):
        result = super().run(test)
        write_report(result.records)
        return result


unittest.main(module=None, testRunner=RecordingRunner, argv=["python -m unittest"] + arguments)
