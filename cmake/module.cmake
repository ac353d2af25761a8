# One call makes a room of the house:
#
#   thb_module(NAME name SOURCES a.cc b.cc TESTS a_test.cc DEPS base codes [LIBS pkg::lib ...])
#
# DEPS are rooms, LIBS outside libraries that only this room's .cc files include. The room is the
# target thb_<name>; its tests are one program, <name>_test.

define_property(GLOBAL PROPERTY THB_GRAPH)
define_property(GLOBAL PROPERTY THB_HEADERS)

function(thb_module)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;TESTS;DEPS;LIBS;TEST_LIBS" ${ARGN})
  add_library(thb_${ARG_NAME} STATIC ${ARG_SOURCES})
  target_include_directories(thb_${ARG_NAME} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(thb_${ARG_NAME} PRIVATE thb_warnings ${ARG_LIBS})
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(thb_${ARG_NAME} PUBLIC thb_${dep})
  endforeach()
  if(ARG_TESTS)
    add_executable(${ARG_NAME}_test ${ARG_TESTS})
    target_link_libraries(${ARG_NAME}_test PRIVATE
      thb_${ARG_NAME} thb_resources thb_warnings ${ARG_TEST_LIBS} GTest::gmock GTest::gtest_main)
    # What is tested is optimised; the tests themselves compile in half the time with less of it.
    target_compile_options(${ARG_NAME}_test PRIVATE $<IF:$<CONFIG:Release>,-O1,-O0>)
    add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME}_test)
    set_tests_properties(${ARG_NAME} PROPERTIES LABELS module)
  endif()
  list(JOIN ARG_DEPS " " deps)
  set_property(GLOBAL APPEND_STRING PROPERTY THB_GRAPH "${ARG_NAME}: ${deps}\n")
  file(GLOB_RECURSE headers RELATIVE "${PROJECT_SOURCE_DIR}/src" CONFIGURE_DEPENDS
    "${CMAKE_CURRENT_SOURCE_DIR}/*.h")
  set_property(GLOBAL APPEND PROPERTY THB_HEADERS ${headers})
endfunction()

# Writes the graph that the calls declared, and adds the test that holds it and every #include
# against the order of the design.
function(thb_check_graph)
  get_property(graph GLOBAL PROPERTY THB_GRAPH)
  file(WRITE "${PROJECT_BINARY_DIR}/graph.txt" "${graph}")
  add_test(NAME graph COMMAND python3 "${PROJECT_SOURCE_DIR}/tests/checks/graph.py"
    "${PROJECT_BINARY_DIR}/graph.txt" "${PROJECT_SOURCE_DIR}/src")
  set_tests_properties(graph PROPERTIES LABELS check)
endfunction()

# Compiles every header alone.
function(thb_check_headers)
  get_property(headers GLOBAL PROPERTY THB_HEADERS)
  set(sources "")
  foreach(header IN LISTS headers)
    string(MAKE_C_IDENTIFIER "${header}" id)
    set(source "${PROJECT_BINARY_DIR}/headers/${id}.cc")
    file(CONFIGURE OUTPUT "${source}" CONTENT "#include \"${header}\"\n" @ONLY)
    list(APPEND sources "${source}")
  endforeach()
  add_library(check_headers OBJECT ${sources})
  target_compile_options(check_headers PRIVATE -fsyntax-only -Wno-unused-function)
  target_include_directories(check_headers PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(check_headers PRIVATE thb_warnings)
endfunction()
