# Embeds the data files of the repository into one library. The assembler includes the bytes, so
# that a large map costs no compile time.
#
#   thb_embed(TARGET name ROOT dir FILES dir/a.csv ... [EXTRA name=path ...])
#
# EXTRA embeds a file from outside ROOT (an npm package) under a name of its own.
function(thb_embed)
  cmake_parse_arguments(ARG "" "TARGET;ROOT" "FILES;EXTRA" ${ARGN})
  set(pairs "${ARG_EXTRA}")
  foreach(file IN LISTS ARG_FILES)
    list(APPEND pairs "${file}=${ARG_ROOT}/${file}")
  endforeach()
  list(SORT pairs)
  set(code "#include \"base/resources.h\"\n\n#include <array>\n\n")
  set(table "")
  set(depends "")
  set(index 0)
  foreach(pair IN LISTS pairs)
    string(REGEX MATCH "^([^=]+)=(.*)$" _ "${pair}")
    set(name "${CMAKE_MATCH_1}")
    set(path "${CMAKE_MATCH_2}")
    string(APPEND code
      "asm(\".section .rodata\\n.global thb_resource_${index}\\nthb_resource_${index}:\\n\"\n"
      "    \".incbin \\\"${path}\\\"\\n.global thb_resource_${index}_end\\n\"\n"
      "    \"thb_resource_${index}_end:\\n.byte 0\\n.previous\\n\");\n"
      "extern \"C\" const char thb_resource_${index}[];\n"
      "extern \"C\" const char thb_resource_${index}_end[];\n")
    string(APPEND table
      "    thb::ResourceFile{\"${name}\",\n"
      "                      {thb_resource_${index},\n"
      "                       static_cast<std::size_t>(thb_resource_${index}_end -\n"
      "                                                thb_resource_${index})}},\n")
    list(APPEND depends "${path}")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND code "\nstd::span<const thb::ResourceFile> thb::Resources() {\n"
    "  static const std::array<thb::ResourceFile, ${index}> files = {\n${table}  };\n"
    "  return files;\n}\n")
  set(out "${CMAKE_CURRENT_BINARY_DIR}/${ARG_TARGET}.cc")
  file(CONFIGURE OUTPUT "${out}" CONTENT "${code}" @ONLY)
  set_source_files_properties("${out}" PROPERTIES OBJECT_DEPENDS "${depends}")
  # ccache cannot see what the assembler includes.
  add_library(${ARG_TARGET} OBJECT "${out}")
  set_target_properties(${ARG_TARGET} PROPERTIES CXX_COMPILER_LAUNCHER "")
  target_include_directories(${ARG_TARGET} PRIVATE "${PROJECT_SOURCE_DIR}/src")
endfunction()
