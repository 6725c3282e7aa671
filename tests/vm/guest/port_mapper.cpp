// port_mapper: stands in for rpcbind on TCP port 111 of 127.0.0.1: it says yes to whatever is
// registered, and remembers nothing. The first line "ready", then one for each call:
// "call PROGRAM VERSION PROCEDURE". It ends when it is killed.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

namespace {

// One message of up to 1 KiB after its length (RFC 5531, record marking); false at the end.
bool receive_all(int connection, std::span<std::uint32_t> words) {
    std::size_t got = 0;
    auto* const bytes = reinterpret_cast<char*>(words.data());
    while (got < words.size_bytes()) {
        const ssize_t more = recv(connection, bytes + got, words.size_bytes() - got, 0);
        if (more <= 0) return false;
        got += static_cast<std::size_t>(more);
    }
    return true;
}

// A call is: number, 0, version of RPC, program, its version, procedure.
bool answer(int connection) {
    std::array<std::uint32_t, 256> call{};
    if (!receive_all(connection, std::span(call).first(1))) return false;
    const std::size_t size = ntohl(call[0]) & 0x7fffffffu;
    if (size < 24 || size % 4 != 0 || size > sizeof call) return false;
    if (!receive_all(connection, std::span(call).first(size / 4))) return false;
    const std::uint32_t procedure = ntohl(call[5]);
    std::printf("call %u %u %u\n", ntohl(call[3]), ntohl(call[4]), procedure);
    // A reply (1) that is accepted (0), without proof of identity (0, 0), a success (0), and yes
    // (1).
    std::array<std::uint32_t, 8> reply{0, call[0], htonl(1), 0, 0, 0, 0, htonl(1)};
    const std::size_t length = procedure == 0 ? 24 : 28;
    reply[0] = htonl(0x80000000u | static_cast<std::uint32_t>(length));
    return send(connection, reply.data(), length + 4, MSG_NOSIGNAL) ==
           static_cast<ssize_t>(length + 4);
}

}  // namespace

int main() {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(111);
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 ||
        listen(listener, 8) != 0) {
        std::perror("port_mapper");
        return 1;
    }
    std::puts("ready");
    std::vector<pollfd> watched{{listener, POLLIN, 0}};
    while (poll(watched.data(), watched.size(), -1) > 0) {
        for (std::size_t at = watched.size(); at-- > 1;) {
            if (watched[at].revents != 0 && !answer(watched[at].fd)) {
                close(watched[at].fd);
                watched.erase(watched.begin() + static_cast<std::ptrdiff_t>(at));
            }
        }
        if (watched[0].revents != 0)
            watched.push_back({accept(listener, nullptr, nullptr), POLLIN, 0});
    }
    return 1;
}
