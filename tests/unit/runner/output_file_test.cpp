#include "runner/lifecycle/output_file.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

using namespace sutap;

namespace {

// An empty folder for one test.
class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "output_file.XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string file(const std::string& name) const { return (path_ / name).string(); }
    std::set<std::string> names() const {
        std::set<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            found.insert(entry.path().filename().string());
        }
        return found;
    }

  private:
    std::filesystem::path path_;
};

std::string content(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("the first file begins empty, and its name opened again is added to") {
    const Folder folder;
    std::ofstream(folder.file("out")) << "old";
    OutputFiles files({folder.file("out"), false, 0});
    for (int i = 0; i < 2; ++i) {
        const Descriptor file = files.open_next();
        REQUIRE(file);
        REQUIRE(write(file.get(), "new", 3) == 3);
    }
    CHECK(content(folder.file("out")) == "newnew");
    CHECK(folder.names() == Names{"out"});
}

TEST_CASE("the files of -S have numbers, and the oldest goes") {
    const Folder folder;
    OutputFiles files({folder.file("out"), true, 2});
    for (int i = 0; i < 4; ++i) {
        REQUIRE(files.open_next());
    }
    CHECK(folder.names() == Names{"out.2", "out.3"});
    OutputFiles all({folder.file("all"), true, 0});
    for (int i = 0; i < 3; ++i) {
        REQUIRE(all.open_next());
    }
    CHECK(folder.names() == Names{"all.0", "all.1", "all.2", "out.2", "out.3"});
}

TEST_CASE("a name may have strftime's directives") {
    const Folder folder;
    OutputFiles files({folder.file("%Y%%"), false, 0});
    REQUIRE(files.open_next());
    REQUIRE(folder.names().size() == 1);
    const std::string name = *folder.names().begin();
    CHECK(name.size() == 5);
    CHECK(name.ends_with("%"));
    OutputFiles nowhere({folder.file("no/where"), false, 0});
    CHECK_FALSE(nowhere.open_next());
    CHECK(nowhere.name() == folder.file("no/where"));
}
