// A shared library that says so, and leaves /tmp/case/preloaded behind, where it comes to be
// loaded.
#include <fcntl.h>
#include <unistd.h>

namespace {

__attribute__((constructor)) void tell() {
    const char text[] = "PRELOADED\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) return;
    const int file = open("/tmp/preloaded", O_CREAT | O_WRONLY, 0666);
    if (file >= 0) close(file);
}

}  // namespace
