// file_calls CALL FILE: one of the things that programs do with files and the shell does not:
//   make     mknod(2) of a plain file
//   lock     a lock of the bytes 3 to 12, and its removal
//   data     lseek(2) to the first data, then to the first hole; prints where they are
//   append   O_APPEND by fcntl(2)
//   send     sendfile(2) of the first 5 bytes to standard output
//   map      the first byte through a mapping that is read without looking ahead
//   release  4 MiB written, and put out of memory again while they are being committed
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void expect(bool is_right, const char* what) {
    if (is_right) return;
    std::perror(what);
    std::exit(1);
}

void lock(int file) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 3;
    lock.l_len = 10;
    expect(fcntl(file, F_SETLK, &lock) == 0, "lock");
    lock.l_type = F_UNLCK;
    expect(fcntl(file, F_SETLK, &lock) == 0, "unlock");
}

void find_data(int file) {
    const off_t data = lseek(file, 0, SEEK_DATA);
    const off_t hole = lseek(file, 0, SEEK_HOLE);
    std::printf("%lld %lld\n", static_cast<long long>(data), static_cast<long long>(hole));
}

void send_start(int file) {
    int ends[2];
    expect(pipe(ends) == 0, "pipe");
    expect(sendfile(ends[1], file, nullptr, 5) == 5, "sendfile");
    char text[5];
    expect(read(ends[0], text, sizeof text) == 5, "read");
    std::printf("%.5s\n", text);
}

void map(int file) {
    void* const start = mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, file, 0);
    expect(start != MAP_FAILED, "mmap");
    expect(madvise(start, 4096, MADV_RANDOM) == 0, "madvise");
    std::printf("%c\n", *static_cast<const volatile char*>(start));
}

void release(int file) {
    const std::string text(4 << 20, 'x');
    const auto size = static_cast<off_t>(text.size());
    expect(pwrite(file, text.data(), text.size(), 0) == size, "pwrite");
    expect(sync_file_range(file, 0, size, SYNC_FILE_RANGE_WRITE) == 0, "sync_file_range");
    for (int round = 0; round < 1000; ++round) {
        expect(posix_fadvise(file, 0, size, POSIX_FADV_DONTNEED) == 0, "posix_fadvise");
        usleep(200);
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view call = argc == 3 ? argv[1] : "";
    if (call == "make") {
        expect(mknod(argv[2], S_IFREG | 0644, 0) == 0, "mknod");
        return 0;
    }
    const int file = call.empty() ? -1 : open(argv[2], O_RDWR);
    if (file >= 0 && call == "lock")
        lock(file);
    else if (file >= 0 && call == "data")
        find_data(file);
    else if (file >= 0 && call == "append")
        expect(fcntl(file, F_SETFL, O_APPEND) == 0, "fcntl");
    else if (file >= 0 && call == "send")
        send_start(file);
    else if (file >= 0 && call == "map")
        map(file);
    else if (file >= 0 && call == "release")
        release(file);
    else {
        std::fputs("usage: file_calls make|lock|data|append|send|map|release FILE\n", stderr);
        return 2;
    }
    return 0;
}
